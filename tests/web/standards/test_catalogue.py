import os

from linli.web.standards.catalogue import site_catalogue


def test_packs_of_the_site_are_laid_over_and_read_again_when_they_change(folder):
    national = site_catalogue().version
    pack = folder / "packs" / "city"
    (pack / "subsidy").mkdir(parents=True)
    (pack / "pack.yaml").write_text("title: {zh: 市, en: City}\nauthor: 市\norder: 1\n", encoding="utf-8")
    rule = (
        "id: subsidy/ratio\nvalues:\n  ratio:\n    dated:\n      - value: {}\n        unit: share\n"
        "        valid_from: 2022-03-01\n        reference: {{title: 细则}}\n        certainty: published\n"
        "        last_checked_on: 2026-11-23\n"
    )
    versions = {national}
    for i, value in enumerate((0.3, 0.4)):
        file = pack / "subsidy" / "ratio.yaml"
        file.write_text(rule.format(value), encoding="utf-8")
        os.utime(file, (i + 1, i + 1))
        versions.add(site_catalogue().version)
    assert len(versions) == 3
