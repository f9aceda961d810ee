import pytest

from linli.web.config import read_site
from linli.web.doctor import examine
from linli.web.site import init_site


@pytest.mark.django_db
def test_it_says_what_is_wrong_and_how_to_mend_it(tmp_path):
    init_site(tmp_path / "site")
    site = read_site(tmp_path / "site", {"LINLI_ADDRESS": "0.0.0.0"})
    (site.folder / "secret.key").chmod(0o644)
    found = {finding.name: finding for finding in examine(site)}
    assert found["database"].good
    assert not found["permissions"].good
    assert "chmod 600" in found["permissions"].en
    assert not found["https"].good
    assert all(finding.zh and finding.en for finding in found.values())


@pytest.mark.django_db
def test_a_ground_map_that_is_missing_is_told(tmp_path):
    init_site(tmp_path / "site")

    def found(**more):
        return next(one for one in examine(read_site(tmp_path / "site", more)) if one.name == "basemap")

    assert found().good
    assert not found(LINLI_BASEMAP_FILE="city.pmtiles").good
    (tmp_path / "site" / "city.pmtiles").touch()
    assert found(LINLI_BASEMAP_FILE="city.pmtiles").good
    assert "Tianditu" in found(LINLI_TIANDITU_KEY="0123456789abcdef").en
