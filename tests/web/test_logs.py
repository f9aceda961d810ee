import json
import logging

from linli.web.config import unsaved_site
from linli.web.logs import JsonFormatter, logging_settings, request_number


def test_a_line_is_one_object_with_the_request():
    token = request_number.set("abc")
    record = logging.LogRecord("linli.x", logging.INFO, "f", 1, "你好 %s", ("甲",), None)
    record.status = 200
    line = json.loads(JsonFormatter().format(record))
    request_number.reset(token)
    assert (line["message"], line["request"], line["status"], line["level"]) == ("你好 甲", "abc", 200, "info")


def test_errors_are_in_the_line():
    try:
        raise ZeroDivisionError
    except ZeroDivisionError as error:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "m", (), (type(error), error, error.__traceback__))
    assert "ZeroDivisionError" in json.loads(JsonFormatter().format(record))["error"]


def test_a_site_writes_a_file_a_day(tmp_path):
    site = unsaved_site({}).model_copy(update={"folder": tmp_path, "saved": True})
    site.logs.mkdir()
    handler = logging_settings(site, "worker")["handlers"]["file"]
    assert handler["filename"].endswith("worker.jsonl")
    assert handler["backupCount"] >= 183
    assert "file" not in logging_settings(unsaved_site({}))["handlers"]
