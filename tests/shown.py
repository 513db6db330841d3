"""What Home Assistant is given to show while a test runs, and the texts that lack for it.

As the check of translations in Home Assistant's own tests: what flows, issues, errors, entities and
devices of ours ask for must be there, in each language, and its placeholders filled.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigSubentryFlowManager, OptionsFlowManager
from homeassistant.data_entry_flow import FlowHandler, FlowManager, FlowResultType, section
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.device_registry import DeviceRegistry
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.issue_registry import IssueEntry, IssueRegistry
from homeassistant.helpers.selector import ObjectSelector, SelectSelector
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.fixes.notice import NoticeFlow
from custom_components.sen1.federation.repairs import ANSWERED
from custom_components.sen1.figures.site.differing import TakeOtherFlow
from custom_components.sen1.linky.replacement import ISSUE, ReplacementFlow
from testbed.translations import LANGUAGES

from .repository.package import PACKAGE_NAME
from .repository.translated import leaves, load, placeholders

TEXTS = {language: dict(leaves(load(language))) for language in LANGUAGES}

FIXED = {flow: issue for issue, flow in ANSWERED.items()} | {ReplacementFlow: ISSUE}
"""What answers an issue, whose texts are those of the issue."""

type Values = Mapping[str, Any] | None


class Shown:
    """Looks up what is shown, and notes what lacks."""

    def __init__(self) -> None:
        self.lacking: set[str] = set()

    def text(self, path: str, values: Values = None, *, required: bool = True) -> None:
        for language, texts in TEXTS.items():
            if path in texts:
                for name in placeholders(texts[path]) - set(values or ()):
                    self.lacking.add(f"{language}: {{{name}}} of {path}")
            elif required:
                self.lacking.add(f"{language}: {path}")

    def step(self, manager: FlowManager, flow: FlowHandler, result: Mapping[str, Any]) -> None:
        """See to what a step of a flow ended with."""
        if not type(flow).__module__.startswith(PACKAGE_NAME) or isinstance(flow, RepairsFlow):
            return
        match manager:
            case OptionsFlowManager():
                self._result("options", result)
            case ConfigSubentryFlowManager():
                self._result(f"config_subentries.{flow.handler[1]}", result)
            case _:
                self._result("config", result)

    def repair(self, flow: RepairsFlow, result: Mapping[str, Any]) -> None:
        """See to what the answer to an issue shows, be it opened by its manager or by a test."""
        if type(flow).__module__.startswith(PACKAGE_NAME):
            match flow:
                case NoticeFlow():
                    issue: str = flow._issue
                case TakeOtherFlow():
                    issue = f"{flow._quantity}_differs"
                case _:
                    issue = FIXED[type(flow)]
            self._result(f"issues.{issue}.fix_flow", result)

    def _result(self, above: str, result: Mapping[str, Any]) -> None:
        values = result.get("description_placeholders")
        step = f"{above}.step.{result.get('step_id')}"
        match result["type"]:
            case FlowResultType.FORM:
                self.form(step, result["data_schema"], values)
                for error in (result["errors"] or {}).values():
                    self.text(f"{above}.error.{error}", values)
            case FlowResultType.MENU:
                self._page(step, values)
                for option in result["menu_options"]:
                    self.text(f"{step}.menu_options.{option}", values)
                    explained = f"{step}.menu_option_descriptions.{option}"
                    self.text(explained, values, required=not above.startswith("issues."))
            case FlowResultType.SHOW_PROGRESS:
                self.text(f"{above}.progress.{result['progress_action']}", values)
            case FlowResultType.ABORT:
                self.text(f"{above}.abort.{result['reason']}", values)
            case FlowResultType.CREATE_ENTRY if above == "config":
                self.text(f"{above}.create_entry.{result['description'] or 'default'}", values)

    def form(self, step: str, schema: Any, values: Values = None) -> None:
        """See to a form, be it shown or not."""
        self._page(step, values)
        self._fields(step, schema, values)

    def _page(self, step: str, values: Values) -> None:
        self.text(f"{step}.title", values)
        self.text(f"{step}.description", values, required=False)

    def _fields(self, above: str, schema: Any, values: Values) -> None:
        for field, selector in schema.schema.items() if schema else ():
            if isinstance(selector, section):
                self.text(f"{above}.sections.{field}.name", values)
                self.text(f"{above}.sections.{field}.description", values, required=False)
                self._fields(f"{above}.sections.{field}", selector.schema, values)
                continue
            self.text(f"{above}.data.{field}", values)
            self.text(f"{above}.data_description.{field}", values)
            if (words := getattr(selector, "config", {}).get("translation_key")) is None:
                continue
            if isinstance(selector, SelectSelector):
                for option in selector.config["options"]:
                    # One with a title of its own is shown by that.
                    told = {"value": option, "label": option} if isinstance(option, str) else option
                    required = told["value"] == told["label"]
                    self.text(f"selector.{words}.options.{told['value']}", required=required)
            if isinstance(selector, ObjectSelector):
                for name in selector.config["fields"]:
                    self.text(f"selector.{words}.fields.{name}.name")
                    self.text(f"selector.{words}.fields.{name}.description")

    def issue(self, issue: IssueEntry) -> None:
        if issue.domain == DOMAIN:
            above, values = f"issues.{issue.translation_key}", issue.translation_placeholders
            self.text(f"{above}.title", values)
            self.text(f"{above}.description", values, required=not issue.is_fixable)

    def error(self, error: HomeAssistantError) -> None:
        if error.translation_domain == DOMAIN:
            above = f"exceptions.{error.translation_key}"
            self.text(f"{above}.message", error.translation_placeholders)

    def entity(self, entity: Entity) -> None:
        platform = entity.platform
        if platform.platform_name == DOMAIN:
            self.described(platform.domain, entity, entity.translation_placeholders)

    def described(self, platform: str, entity: Any, values: Values) -> None:
        """See to the name and the states of an entity, or of what describes one."""
        if entity.translation_key is not None:
            above = f"entity.{platform}.{entity.translation_key}"
            self.text(f"{above}.name", values)
            for option in getattr(entity, "options", None) or ():
                self.text(f"{above}.state.{option}")
            for kind in getattr(entity, "event_types", None) or ():
                self.text(f"{above}.state_attributes.event_type.state.{kind}")

    def device(self, registry: DeviceRegistry, given: Mapping[str, Any]) -> None:
        entry = registry.hass.config_entries.async_get_entry(given["config_entry_id"])
        if entry and entry.domain == DOMAIN and (key := given.get("translation_key")):
            self.text(f"device.{key}.name", given.get("translation_placeholders"))


@contextmanager
def watched() -> Iterator[set[str]]:
    """Yield what lacks of all that is shown meanwhile."""
    shown = Shown()
    with pytest.MonkeyPatch.context() as patch:

        def also(of: type, name: str, see: Callable[..., None]) -> None:
            """Have `see` told what each call of a method returned, and what it was called with."""
            original = getattr(of, name)

            @wraps(original)
            def called(*args: Any, **kwargs: Any) -> Any:
                result = original(*args, **kwargs)
                see(result, *args, **kwargs)
                return result

            patch.setattr(of, name, called)

        handle_step = FlowManager._async_handle_step

        async def handled(manager: FlowManager, flow: FlowHandler, *args: Any) -> Any:
            result = await handle_step(manager, flow, *args)
            shown.step(manager, flow, result)
            return result

        patch.setattr(FlowManager, "_async_handle_step", handled)
        for show in ("async_show_form", "async_show_menu", "async_abort"):
            also(RepairsFlow, show, lambda result, flow, **_: shown.repair(flow, result))
        also(IssueRegistry, "async_get_or_create", lambda issue, *_, **__: shown.issue(issue))
        also(HomeAssistantError, "__init__", lambda _, error, *__, **___: shown.error(error))
        also(Entity, "add_to_platform_start", lambda _, entity, *__: shown.entity(entity))
        also(DeviceRegistry, "async_get_or_create", lambda _, of, **given: shown.device(of, given))
        yield shown.lacking
