"""What the matrix test asks the routes of this app for: one object of each kind at the place of each level."""

from datetime import timedelta

from django.utils import timezone


def samples(city):
    """Return, by route, the requests to make."""
    today = timezone.localdate()
    reason = {"reason": "test"}
    found = {}

    def add(route, place, *args, method="get", data=None):
        found.setdefault(route, []).append({"args": args, "place": place, "method": method, "data": data})

    for path in (city.at["district"], "3301/330106/330106003/"):
        user = city.user("", path)
        role = "district_office" if path.count("/") == 2 else "street"
        grant = city.give(city.user("", path), role, path)
        more = city.give(city.user("", path), role, path)
        office = city.offices[path]
        add("accounts:person", path, user.pk)
        add("accounts:organisation", path, office.pk)
        new = {"name": "新名", "organisation": office.pk, "title": "", "phone": "", "email": "", **reason}
        add("accounts:user_update", path, user.pk, method="post", data=new)
        add("accounts:user_update", path, user.pk)
        add("accounts:user_password", path, user.pk, method="post", data=reason)
        add("accounts:user_deactivate", path, city.user("", path).pk, method="post", data=reason)
        add("accounts:user_activate", path, city.user("", path, is_active=False).pk, method="post", data=reason)
        add(
            "accounts:grant_create",
            path,
            user.pk,
            method="post",
            data={"role": role, "place": path, "module": "", "begins": "", "ends": "", **reason},
        )
        ends = {"ends": str(today + timedelta(days=9)), "version": 1, **reason}
        add("accounts:grant_end", path, grant.pk, method="post", data=ends)
        add("accounts:grant_revoke", path, more.pk, method="post", data=reason)
        account = {**new, "username": f"new{path.count('/')}"}
        add("accounts:user_create", None, method="get")
        add("accounts:user_create", path, method="post", data=account)
        made = {"name": f"新{path}", "name_en": "", "kind": "street", "place": path, "parent": "", **reason}
        add("accounts:organisation_create", path, method="post", data=made)
    for route in ("people", "grants", "organisations"):
        for kind in ("csv", "xlsx"):
            add(f"accounts:{route}_export", None, kind, method="get")
    return found
