"""Find the texts that the integration's code asks of its translations.

The code is read, not run. What is asked is a dotted path into `translations/en.json`
(`config.error.cannot_connect`), and covers all texts below it. A value is followed through
constants, enums, tables, conditional expressions, local variables and parameters; something
annotated with an enum stands for all its members, an attribute of an error for that of each class
of errors.
What still cannot be told is reported as unresolved, never passed over: the table it comes from is
then asked itself (`ASKED_ITSELF` in test_translations.py).
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeIs

import homeassistant.const
from homeassistant.const import Platform

from .package import PACKAGE_NAME, Module, imports, modules

FLOWS = {"ConfigFlow": "config", "OptionsFlow": "options"}
SUBENTRY_FLOW = "ConfigSubentryFlow"
REPAIR_FLOWS = {"RepairsFlow", "ConfirmRepairFlow"}
IMPLIED_REASONS = {
    "_abort_if_unique_id_configured": "already_configured",
    "_async_abort_entries_match": "already_configured",
    "_abort_if_unique_id_mismatch": "unique_id_mismatch",
}
ALWAYS_THERE = {"exceptions": "message", "issues": "title"}
FIELD_MARKERS = {"Required", "Optional"}

type Function = ast.FunctionDef | ast.AsyncFunctionDef


class UnresolvedError(Exception):
    """What an expression gives cannot be told by reading."""


@dataclass
class Asked:
    """What the code asks for, and where."""

    texts: dict[str, str] = field(default_factory=dict)
    """Dotted path → the place that asks for it."""

    placeholders: dict[str, set[str]] = field(default_factory=dict)
    """Dotted path → the placeholders handed to the text, where they are written out."""

    unresolved: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where an expression stands: what its names mean depends on it."""

    module: Module
    class_: ast.ClassDef | None = None
    function: Function | None = None

    def __str__(self) -> str:
        names = [self.module.name or "__init__"]
        names += [node.name for node in (self.class_, self.function) if node]
        return ".".join(names)


def name_of(node: ast.AST) -> str:
    """Return the last word of a name or of what is called: `async_abort`, `LinkError`."""
    if isinstance(node, ast.Call):
        return name_of(node.func)
    if isinstance(node, ast.Subscript):
        return name_of(node.value)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


class Reader:
    """Reads one package."""

    def __init__(self, package: Path, tables: Collection[str] = ()) -> None:
        """Take the entities of the modules in `tables` for asked by their own rows."""
        self._tables = tables
        self._modules = modules(package)
        self._classes = {
            node.name: (node, Place(module))
            for module in self._modules.values()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef)
        }
        self._namesakes = {
            (place.module.name, node.name): (node, place)
            for place in map(Place, self._modules.values())
            for node in place.module.tree.body
            if isinstance(node, ast.ClassDef)
        }
        self._constants = {
            (module.name, target.id): node.value
            for module in self._modules.values()
            for node in module.tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        self._functions: dict[str, tuple[Function, Place]] = {}
        self._calls: dict[str, list[tuple[ast.Call, Place]]] = {}
        self._assignments: list[tuple[list[ast.expr], ast.expr, Place]] = []
        self.asked = Asked()

    # What an expression gives

    def strings(self, node: ast.AST | None, place: Place) -> set[str]:
        """Return every string that `node` may give; raises UnresolvedError."""
        match node:
            case ast.Constant(value=str(value)):
                return {value}
            case ast.IfExp(body=one, orelse=other):
                return self.strings(one, place) | self.strings(other, place)
            case ast.BoolOp(values=several) | ast.List(elts=several) | ast.Tuple(elts=several):
                return self._union(several, place)
            case ast.Set(elts=several) | ast.Dict(values=several):
                return self._union(several, place)
            case ast.Starred(value=inner) | ast.Await(value=inner):
                return self.strings(inner, place)
            case ast.JoinedStr(values=pieces):
                return self._joined(pieces, place)
            case ast.Subscript(value=table):
                return self.strings(table, place)
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *default]):
                return self._union([table, *default], place)
            case ast.Call(func=ast.Attribute(value=table, attr="values"), args=[]):
                return self.strings(table, place)
            case ast.Call(func=ast.Name(id="str" | "list" | "sorted" | "tuple"), args=[inner]):
                return self.strings(inner, place)
            case ast.ListComp(elt=element, generators=[ast.comprehension(iter=source)]):
                with suppress(UnresolvedError):
                    return self.strings(element, place)
                return self.strings(source, place)
            case ast.Call() if returned := list(self._returned(node)):
                return set[str]().union(*(self.strings(*given) for given in returned))
            case ast.Call():
                return self._members(name_of(node), None)
            case ast.Attribute(value=owner, attr=attribute):
                return self._attribute(owner, attribute, place)
            case ast.Name(id=name):
                return self._name(name, place)
        raise UnresolvedError

    def _union(self, nodes: list[ast.expr], place: Place) -> set[str]:
        return set[str]().union(*(self.strings(node, place) for node in nodes))

    def _joined(self, pieces: list[ast.expr], place: Place) -> set[str]:
        found = {""}
        for piece in pieces:
            inner = piece.value if isinstance(piece, ast.FormattedValue) else piece
            ends = self.strings(inner, place)
            found = {begin + end for begin in found for end in ends}
        return found

    def _name(self, name: str, place: Place) -> set[str]:
        if name in self._classes:
            return self._members(name, None)
        if place.function is not None:
            given = list(assigned(place.function, name))
            if given:
                return self._union(given, place)
            for class_ in classes_of(place.function, name):
                if class_ in self._classes:
                    return self._members(class_, None, place)
            if handed := list(self._handed(place.function, name)):
                return set[str]().union(*(self.strings(node, there) for node, there in handed))
        if place.function is None and (given := list(looped_over(place.module.tree, name))):
            return self._union(given, place)
        for module in (place.module.name, *self._sources(place.module, name)):
            if (node := self._constants.get((module, name))) is not None:
                return self.strings(node, Place(self._modules[module]))
        if isinstance(known := getattr(homeassistant.const, name, None), str):
            return {str(known)}
        raise UnresolvedError(name)

    def _sources(self, module: Module, name: str) -> Iterator[str]:
        """Yield the modules of the package that `module` imports `name` from."""
        for seen in imports(module, self._modules, PACKAGE_NAME):
            if seen.internal is not None and seen.target.endswith(f".{name}"):
                yield seen.internal

    def _handed(self, function: Function, name: str) -> Iterator[tuple[ast.expr, Place]]:
        """Yield what the package's calls of `function` hand to one of its parameters."""
        for call, place in self._calls.get(function.name, ()):
            given = handed_by(call, function).get(name)
            if given is not None and not is_none(given):
                yield given, place

    def _form_shown_by(self, call: ast.Call) -> dict[str, ast.expr]:
        """Return what the form says that a function shows of whichever step it is told."""
        if name_of(call) not in self._functions:
            return {}
        function, _ = self._functions[name_of(call)]
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and name_of(node) == "async_show_form":
                said, handed = words_of(node), handed_by(call, function)
                if name_of(said.get("step_id", node)) in parameters(function):
                    return {key: handed.get(name_of(value), value) for key, value in said.items()}
        return {}

    def _returned(self, call: ast.Call) -> Iterator[tuple[ast.expr, Place]]:
        """Yield what a function of the package returns, other than None."""
        if name_of(call) in self._functions:
            function, place = self._functions[name_of(call)]
            for returned in returns(function):
                yield returned, place

    def _attribute(self, owner: ast.expr, attribute: str, place: Place) -> set[str]:
        name = name_of(owner)
        if name in self._classes:
            return self._members(name, attribute)
        candidates = set(classes_of(place.function, name)) if place.function else set()
        if place.class_ is not None:
            if name == "self":
                candidates.add(place.class_.name)
            for line in place.class_.body:
                if isinstance(line, ast.AnnAssign) and binding(line)[0] == name:
                    candidates |= set(class_names(line.annotation))
        known = candidates & self._classes.keys()
        if not known:
            raise UnresolvedError
        wanted = None if attribute in {"value", "name"} else attribute
        return set[str]().union(*(self._members(class_, wanted) for class_ in known))

    def _members(
        self, class_: str, attribute: str | None, seen_from: Place | None = None
    ) -> set[str]:
        """Return the strings of an enum's members, or of one attribute in a tree of classes.

        Of classes that have one name, the one that is meant where it is seen from.
        """
        found: set[str] = set()
        classes = dict(self._classes)
        if seen_from is not None:
            for module in (seen_from.module.name, *self._sources(seen_from.module, class_)):
                if meant := self._namesakes.get((module, class_)):
                    classes[class_] = meant
        for name, (node, place) in classes.items():
            if class_ not in {name, *self._ancestors(name)}:
                continue
            for line in node.body:
                target, value = binding(line)
                with suppress(UnresolvedError):
                    if attribute in (None, target) and value is not None:
                        found |= self.strings(value, place)
                    elif attribute == target and isinstance(line, ast.AnnAssign):
                        found |= self._members(name_of(line.annotation), None)
        if not found:
            raise UnresolvedError
        return found

    def _ancestors(self, class_: str) -> Iterator[str]:
        """Yield the names of all classes above, down to those of Home Assistant."""
        if class_ in self._classes:
            for base in self._classes[class_][0].bases:
                yield name_of(base)
                yield from self._ancestors(name_of(base))

    # What the code asks for

    def read(self) -> Asked:
        """Walk every function and note each text that it asks for."""
        for module in self._modules.values():
            self._walk(module.tree, Place(module))
        for assignment in self._assignments:
            self._assignment(*assignment)
        for calls in list(self._calls.values()):
            for call, place in calls:
                self._call(call, place)
        for class_, (node, place) in self._classes.items():
            if SUBENTRY_FLOW in self._ancestors(class_):
                self._subentry(node, place)
        return self.asked

    def _subentry(self, class_: ast.ClassDef, place: Place) -> None:
        steps = {step_of(Place(place.module, class_, f)) for f in class_.body if is_function(f)}
        for kind in self._subentry_types(class_.name):
            above = f"config_subentries.{kind}"
            self.asked.texts[f"{above}.entry_type"] = str(place)
            for step in steps & {"user", "reconfigure"}:
                self.asked.texts[f"{above}.initiate_flow.{step}"] = str(place)

    def _walk(self, node: ast.AST, place: Place) -> None:
        for child in ast.iter_child_nodes(node):
            inner = place
            if isinstance(child, ast.ClassDef):
                inner = Place(place.module, child)
            elif is_function(child):
                inner = Place(place.module, place.class_, child)
                self._functions[child.name] = (child, inner)
            elif isinstance(child, ast.Call):
                self._calls.setdefault(name_of(child), []).append((child, place))
            elif isinstance(child, ast.Assign):
                self._assignments.append((child.targets, child.value, place))
            elif isinstance(child, ast.NamedExpr):
                self._assignments.append(([child.target], child.value, place))
            self._walk(child, inner)

    def _call(self, call: ast.Call, place: Place) -> None:
        name, given = name_of(call), words_of(call)
        match name:
            case "async_show_form":
                step = given.get("step_id") or ast.Constant(step_of(place))
                # A step that is told to a function is asked for where it is told.
                if name_of(step) not in parameters(place.function):
                    self._form(step, given, place)
            case "async_show_menu":
                step = given.get("step_id") or ast.Constant(step_of(place))
                self._flow("step", step, place, given.get("description_placeholders"))
                for step_id in sorted(self.strings(step, place)):
                    self._flow(f"step.{step_id}.menu_options", given.get("menu_options"), place)
            case "async_show_progress":
                self._flow("progress", given.get("progress_action"), place)
            case "async_abort":
                reason = given.get("reason") or (call.args[0] if call.args else None)
                self._flow("abort", reason, place, given.get("description_placeholders"))
            case "AbortFlow":
                self._flow("abort", call.args[0], place)
            case "async_update_and_abort" | "async_update_reload_and_abort":
                default = "reauth" if "reauth" in str(place) else "reconfigure"
                reason = given.get("reason") or ast.Constant(f"{default}_successful")
                self._flow("abort", reason, place)
            case "async_set_unique_id":
                self._flow("abort", ast.Constant("already_in_progress"), place)
            case "async_create_issue" | "create_issue" if "translation_key" in given:
                self._ask("issues", given["translation_key"], place, given)
            case "SelectSelectorConfig" | "ObjectSelectorConfig" if "translation_key" in given:
                self._ask("selector", given["translation_key"], place, given)
            case "DeviceInfo" if "translation_key" in given:
                self._ask("device", given["translation_key"], place, given)
            case _ if shown := self._form_shown_by(call):
                self._form(shown["step_id"], shown, place)
            case _ if name in IMPLIED_REASONS:
                reason = given.get("reason") or ast.Constant(IMPLIED_REASONS[name])
                self._flow("abort", reason, place)
            case _ if "translation_key" in given and "translation_domain" in given:
                self._ask("exceptions", given["translation_key"], place, given)
            case _ if "translation_key" in given:
                self._entity(given["translation_key"], place, given.get("options"))

    def _form(self, step: ast.expr, given: dict[str, ast.expr], place: Place) -> None:
        self._flow("step", step, place, given.get("description_placeholders"))
        self._errors(given.get("errors"), place)

    def _assignment(self, targets: list[ast.expr], value: ast.expr, place: Place) -> None:
        for target in targets:
            if name_of(target) == "_attr_translation_key":
                self._entity(value, place, self._options_of(place))
            elif name_of(target) == "errors":
                if isinstance(target, ast.Subscript):
                    self._flow("error", value, place)
                else:
                    self._errors(value, place)

    def _options_of(self, place: Place) -> ast.expr | None:
        """Return the options of the entity class that `place` is in, if it has any."""
        for node in ast.walk(place.class_ or ast.Pass()):
            if isinstance(node, ast.Assign) and name_of(node.targets[0]) == "_attr_options":
                return node.value
        return None

    def _errors(self, node: ast.expr | None, place: Place, there: Place | None = None) -> None:
        """Note the errors of a form at `place`, as an expression that stands `there` gives them."""
        match node:
            case ast.Dict(values=values):
                for value in values:
                    self._flow("error", value, place, there=there)
            case ast.IfExp(body=one, orelse=other) | ast.BoolOp(values=[one, other]):
                self._errors(one, place, there)
                self._errors(other, place, there)
            case ast.Await(value=awaited):
                self._errors(awaited, place, there)
            case ast.Call() if below := list(self._below(node, place)):
                for function, inside in below:
                    for returned in returns(function):
                        self._errors(returned, inside)
            case ast.Call():
                for returned, inside in self._returned(node):
                    self._errors(returned, place, inside)

    def _below(self, call: ast.Call, place: Place) -> Iterator[tuple[Function, Place]]:
        """Yield what the class of `place` and those below have of a method that is called."""
        for name, (node, inside) in self._classes.items():
            if place.class_ is not None and place.class_.name in {name, *self._ancestors(name)}:
                for line in node.body:
                    if is_function(line) and line.name == name_of(call):
                        yield line, Place(inside.module, node, line)

    def _entity(self, key: ast.expr, place: Place, options: ast.expr | None = None) -> None:
        if place.module.name in self._tables:
            return
        last = place.module.name.rpartition(".")[2]
        above = f"entity.{last if last in set(Platform) else 'sensor'}"
        self._ask(above, key, place, {})
        if options is not None:
            for name in sorted(self.strings(key, place)):
                self._ask(f"{above}.{name}.state", options, place, {})

    def _flow(
        self,
        what: str,
        value: ast.expr | None,
        place: Place,
        placeholders: ast.expr | None = None,
        there: Place | None = None,
    ) -> None:
        for scope in self._scopes(place):
            self._ask(f"{scope}.{what}", value, there or place, {"placeholders": placeholders})

    def _scopes(self, place: Place) -> set[str]:
        """Return where a flow class has its texts; a class that is no flow serves all flows."""
        if place.class_ is None:
            return {"*"}
        above = {place.class_.name, *self._ancestors(place.class_.name)}
        if SUBENTRY_FLOW in above:
            return {f"config_subentries.{kind}" for kind in self._subentry_types(place.class_.name)}
        if above & REPAIR_FLOWS:
            return {"issues.*.fix_flow"}
        return {FLOWS[name] for name in above & FLOWS.keys()} or {"*"}

    def _subentry_types(self, class_: str) -> Iterator[str]:
        """Yield the types of subentry that a table of flows gives to `class_` or one below it."""
        for (module, _), node in self._constants.items():
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    served = name_of(value)
                    if key is not None and class_ in {served, *self._ancestors(served)}:
                        yield from self.strings(key, Place(self._modules[module]))

    def _ask(
        self, above: str, key: ast.expr | None, place: Place, given: Mapping[str, ast.expr | None]
    ) -> None:
        if is_none(key):
            return
        try:
            found = self.strings(key, place)
        except UnresolvedError:
            line = getattr(key, "lineno", "?")
            self.asked.unresolved.append(f"{place}:{line} {above} {ast.unparse(key or ast.Pass())}")
            return
        handed = given.get("translation_placeholders") or given.get("placeholders")
        for name in found:
            path = f"{above}.{name}"
            self.asked.texts[path] = str(place)
            if above in ALWAYS_THERE:
                self.asked.texts[f"{path}.{ALWAYS_THERE[above]}"] = str(place)
            if isinstance(handed, ast.Dict) and None not in handed.keys:
                names = {str(key.value) for key in handed.keys if isinstance(key, ast.Constant)}
                self.asked.placeholders.setdefault(path, set()).update(names)

    def fields(self) -> set[str]:
        """Return the names of all fields of all forms."""
        found: set[str] = set()
        for module in self._modules.values():
            if module.name.endswith("actions"):
                continue  # their fields are in services.yaml
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and name_of(node) in FIELD_MARKERS and node.args:
                    found |= self.strings(node.args[0], Place(module))
        return found


def step_of(place: Place) -> str:
    """Return the step a method serves: `linky_confirm` for `async_step_linky_confirm`."""
    return place.function.name.removeprefix("async_step_") if place.function else ""


def is_function(node: ast.AST) -> TypeIs[Function]:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def words_of(call: ast.Call) -> dict[str, ast.expr]:
    """Return what a call hands over by name."""
    return {word.arg: word.value for word in call.keywords if word.arg}


def parameters(function: Function | None) -> list[str]:
    """Return the names of what a function takes, but for the object it is of."""
    return [a.arg for a in function.args.args if a.arg != "self"] if function else []


def handed_by(call: ast.Call, function: Function) -> dict[str, ast.expr]:
    """Return what a call hands to the parameters of a function."""
    return dict(zip(parameters(function), call.args, strict=False)) | words_of(call)


def is_none(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def returns(function: Function) -> Iterator[ast.expr]:
    """Yield what a function returns, other than None."""
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value and not is_none(node.value):
            yield node.value


def class_names(annotation: ast.expr) -> Iterator[str]:
    """Yield the classes in an annotation such as `Fault | None`."""
    if isinstance(annotation, ast.BinOp):
        yield from class_names(annotation.left)
        yield from class_names(annotation.right)
    elif not is_none(annotation):
        yield name_of(annotation)


def binding(line: ast.stmt) -> tuple[str, ast.expr | None]:
    """Return the name a line of a class body binds, and to what."""
    match line:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=value):
            return name, value
    return "", None


def assigned(function: Function, name: str) -> Iterator[ast.expr]:
    """Yield what `function` assigns to one of its local names."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=targets, value=value):
                if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                    yield value
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ) if name_of(target) == name:
                yield value


def looped_over(module: ast.Module, name: str) -> Iterator[ast.expr]:
    """Yield what the comprehensions of a module's own tables take a name from."""
    for line in module.body:
        if isinstance(line, ast.Assign | ast.AnnAssign):
            for node in ast.walk(line):
                if isinstance(node, ast.comprehension) and name_of(node.target) == name:
                    yield node.iter


def classes_of(function: Function, name: str) -> Iterator[str]:
    """Yield the classes a parameter is annotated with, or that an `except` binds to the name."""
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if argument.arg == name and argument.annotation is not None:
            yield from class_names(argument.annotation)
    for node in ast.walk(function):
        if isinstance(node, ast.ExceptHandler) and node.name == name and node.type is not None:
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            yield from map(name_of, caught)
