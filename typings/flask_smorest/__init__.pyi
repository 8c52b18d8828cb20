"""What types does flask-smorest have, which ships none? Only what is used here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint as FlaskBlueprint
from flask import Flask
from marshmallow import Schema
from webargs.flaskparser import FlaskParser

# A view is given its arguments, and may return whatever its response schema dumps.
View = TypeVar("View", bound=Callable[..., object])

class Blueprint(FlaskBlueprint):
    ARGUMENTS_PARSER: ClassVar[FlaskParser]
    _prepare_doc_cbks: list[Callable[..., dict[str, Any]]]

    def __init__(
        self,
        name: str,
        import_name: str,
        static_folder: str | None = ...,
        static_url_path: str | None = ...,
        template_folder: str | None = ...,
        url_prefix: str | None = ...,
        subdomain: str | None = ...,
        url_defaults: dict[str, object] | None = ...,
        root_path: str | None = ...,
        cli_group: str | None = ...,
        *,
        description: str = ...,
    ) -> None: ...
    def route(
        self,
        rule: str,
        *,
        parameters: Sequence[object] | None = ...,
        tags: Sequence[str] | None = ...,
        **options: object,
    ) -> Callable[[View], View]: ...
    def arguments(
        self,
        schema: Schema | type[Schema] | Mapping[str, object],
        *,
        location: str | None = ...,
        content_type: str | None = ...,
        required: bool = ...,
        description: str | None = ...,
        example: object = ...,
        examples: Mapping[str, object] | None = ...,
        as_kwargs: bool = ...,
    ) -> Callable[[View], View]: ...
    def response(
        self,
        status_code: int | str,
        schema: Schema | type[Schema] | Mapping[str, object] | str | None = ...,
        *,
        content_type: str | None = ...,
        description: str | None = ...,
        example: object = ...,
        examples: Mapping[str, object] | None = ...,
        headers: Mapping[str, object] | None = ...,
    ) -> Callable[[View], View]: ...
    def alt_response(
        self,
        status_code: int | str,
        response: str | None = ...,
        *,
        schema: Schema | type[Schema] | Mapping[str, object] | str | None = ...,
        content_type: str | None = ...,
        description: str | None = ...,
        example: object = ...,
        examples: Mapping[str, object] | None = ...,
        headers: Mapping[str, object] | None = ...,
        success: bool = ...,
    ) -> Callable[[View], View]: ...
    def doc(self, **kwargs: object) -> Callable[[View], View]: ...

class Api:
    spec: APISpec
    ma_plugin: MarshmallowPlugin
    ERROR_SCHEMA: ClassVar[type[Schema]]
    DEFAULT_ERROR_RESPONSE_NAME: ClassVar[str | None]

    def __init__(
        self,
        app: Flask | None = ...,
        *,
        spec_kwargs: Mapping[str, object] | None = ...,
        config_prefix: str = ...,
    ) -> None: ...
    def init_app(self, app: Flask, *, spec_kwargs: Mapping[str, object] | None = ...) -> None: ...
    def register_blueprint(
        self, blp: FlaskBlueprint, *, parameters: Sequence[object] | None = ..., **options: object
    ) -> None: ...
    def register_converter(self, converter: type, func: Callable[[Any], Mapping[str, object]]) -> None: ...
    def register_field(self, field: type, *args: object) -> None: ...
    def _register_error_handlers(self) -> None: ...
    def _register_responses(self) -> None: ...
