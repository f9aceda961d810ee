"""What the matrix test asks the routes of this app for: a proposal of the city, waivers within and without."""

import datetime as dt

from linli.web.standards.models import Change, Waiver

INSIDE = "3301/330105/330105011/330105011001/"
OUTSIDE = "3301/330106/330106003/330106003001/"
RULE = ("subsidy", "ratio")


def _ask(place, *args, method="get", data=None, **more):
    return {"args": args, "place": place, "method": method, "data": data, **more}


def samples(city):
    """Return, by route, the requests to make."""
    by = city.user("", "3301/")
    day = dt.date(2026, 1, 1)
    values = {"value": 0.4, "unit": "share", "valid_from": day, "reference_title": "细则", "certainty": "published",
              "checked_on": day}  # fmt: skip
    made = {state: Change._all.create(place="3301/", rule="subsidy/ratio", value_name="ratio", state=state, created_by=by, **values)
            for state in ("draft", "submitted")}  # fmt: skip
    form = {**values, "valid_from": "2026-01-01", "checked_on": "2026-01-01", "value": "0.5"}
    draft, submitted = made["draft"].pk, made["submitted"].pk
    why = {"reason": "演示"}
    found = {
        f"standards:{name}_export": [_ask(None, "csv"), _ask(None, "xlsx")] for name in ("values", "changes", "waivers")
    }
    found |= {
        "standards:rule": [_ask(None, *RULE)],
        "standards:change_new": [
            _ask("3301/", *RULE, "ratio"),
            _ask("3301/", *RULE, "ratio", method="post", data=form),
        ],
        "standards:change": [_ask("3301/", draft)],
        "standards:change_edit": [_ask("3301/", draft), _ask("3301/", draft, method="post", data=form)],
        "standards:change_submit": [_ask("3301/", draft, method="post", data={})],
        "standards:change_decide": [
            _ask("3301/", submitted),
            _ask("3301/", submitted, method="post", data={"decision": "return", **why}),
        ],
        "standards:change_withdraw": [_ask("3301/", draft), _ask("3301/", draft, method="post", data=why)],
    }
    for path in (INSIDE, OUTSIDE):
        one = Waiver._all.create(
            place=path, item="complete_community/nursery", reason="演示", begins=day, ends=day, created_by=by
        )
        for name, data in (("waiver", None), ("waiver_decide", {"decision": "decline", **why}), ("waiver_revoke", why)):
            asked = found.setdefault(f"standards:{name}", [])
            asked.append(_ask(path, one.pk))
            if data is not None:
                asked.append(_ask(path, one.pk, method="post", data=data))
    return found
