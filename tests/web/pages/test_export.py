import io

import openpyxl
import pytest

from linli.web.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_workbook_has_the_rows_of_the_screen(people, enter):
    client = enter(people["security_admin@city"])
    answer = client.get("/manage/people/export/xlsx/?q=planner")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["planner.city", "planner.district"]
    assert answer["X-Rows"] == "2"


def test_formulas_stay_text(city, enter):
    city.user("", "3301/", username="evil", name="=HYPERLINK(1)")
    client = enter(city.user("security_admin"))
    book = openpyxl.load_workbook(io.BytesIO(client.get("/manage/people/export/xlsx/").getvalue()))
    values = {cell.value: cell.data_type for row in book.active.iter_rows() for cell in row}
    assert values["=HYPERLINK(1)"] == "s" or "=HYPERLINK(1)" in values
    text = client.get("/manage/people/export/csv/").getvalue().decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert User.objects.filter(username="evil").exists()
