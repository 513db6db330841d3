"""The schemas of the newest Home Assistant, which puts probatio in the place of voluptuous."""

from probatio import (
    All as All,
    Coerce as Coerce,
    Exclusive as Exclusive,
    In as In,
    Invalid as Invalid,
    Length as Length,
    Maybe as Maybe,
    Optional as Optional,
    Range as Range,
    Required as Required,
    Schema as Schema,
)
