"""What the matrix test asks the routes of this app for: a provider within the jurisdiction and one without."""

from django.core.files.base import ContentFile

from linli.web.providers.models import Provider, ProviderFile

PUBLIC = {
    "providers:directory", "providers:version", "providers:compare",
    "api:directory:GET", "api:directory_version:GET",
}  # fmt: skip
"""What is published is for everybody."""

INSIDE = "3301/330105/330105011/330105011001/"
OUTSIDE = "3301/330106/330106003/330106003001/"
MARKS = ("服务商1",)
"""What tells of the objects without."""


def samples(city):
    """Return, by route, the requests to make."""
    found = {}

    def add(route, place, *args, **more):
        found.setdefault(f"providers:{route}", []).append(
            {"args": args, "place": place, "method": "get", "data": None, **more}
        )

    for kind in ("csv", "xlsx"):
        add("list_export", None, kind)
    for i, path in enumerate((INSIDE, OUTSIDE)):
        by = city.user("", path)
        one = Provider._all.create(
            number=f"SP-0000{i + 1}", name=f"服务商{i}", place=path, created_by=by, state="listed"
        )
        values = {"kind": "pdf", "sha256": "0" * 64, "size": 1, "by": by, "name": "a.pdf", "code": "licence"}
        proof = ProviderFile(provider=one, **values)
        proof.file.save("a.pdf", ContentFile(b"%PDF-"), save=False)
        proof.save()
        for route in ("provider", "update", "attach", "apply", "decide", "record", "evaluate", "remove"):
            add(route, path, one.number)
        add("file", path, proof.pk)
        year = {
            "year": 2025, "site": "一号", "months": 12, "open_days": 360, "planned_days": 365, "satisfied": 9,
            "asked": 10, "complaints": 0, "answered": 0, "balance_yuan": "",
        }  # fmt: skip
        add("record", path, one.number, method="post", data=year)
        gone = {"ground": "own_wish", "reason": "自愿退出", "version": 1}
        add("remove", path, one.number, method="post", data=gone)
    return found
