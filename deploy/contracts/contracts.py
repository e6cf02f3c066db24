"""The contracts as Python sees them: what `check` and `validate` share."""

import json
import pathlib
import re
import sys
import warnings

sys.dont_write_bytecode = True
warnings.filterwarnings("ignore", category=DeprecationWarning)

import jsonschema  # noqa: E402
import yaml  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent
SCHEMAS = {path.stem: json.loads(path.read_text()) for path in sorted((FOLDER / "schemas").glob("*.json"))}
ASYNCAPI = yaml.safe_load((FOLDER / "asyncapi.yaml").read_text())

_STORE = {(FOLDER / "schemas" / f"{name}.json").as_uri(): schema for name, schema in SCHEMAS.items()}
_DATE_TIME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
)
_FORMATS = jsonschema.FormatChecker(formats=())


@_FORMATS.checks("date-time")
def _is_date_time(value):
    return not isinstance(value, str) or _DATE_TIME.fullmatch(value) is not None


def validator(schema, base="asyncapi.yaml"):
    """Validates against a schema whose relative references are seen from the file `base`."""
    resolver = jsonschema.RefResolver((FOLDER / base).as_uri(), schema, store=_STORE)
    return jsonschema.Draft202012Validator(schema, resolver=resolver, format_checker=_FORMATS)


def validator_of(name):
    """Validates against the schema file `schemas/<name>.json`."""
    return validator(SCHEMAS[name], f"schemas/{name}.json")


def mistakes(validator, value):
    """Every mistake as `path: message`."""
    errors = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.absolute_path)))
    return ["/" + "/".join(map(str, error.absolute_path)) + ": " + error.message[:300] for error in errors]


def _types(channel):
    return [reference["$ref"].rsplit("/", 1)[1] for reference in channel["messages"].values()]


# The message types of each topic.
TOPICS = {channel["address"]: _types(channel) for channel in ASYNCAPI["channels"].values()}


def is_input(message):
    """Whether a topic of this message takes events from anyone, in any of the three modes."""
    return "anyOf" in ASYNCAPI["components"]["messages"][message].get("payload", {}).get("schema", {})


def is_binary(message):
    """Whether a service emits it as an event in binary mode: attributes in the headers, the value is the data."""
    return "cloudevent.headers" in json.dumps(ASYNCAPI["components"]["messages"][message].get("headers", {}))
