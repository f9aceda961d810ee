from linli.web.accounts.scope import Gate
from linli.web.plans import models


def test_every_table_has_the_gate():
    tables = [getattr(models, name) for name in models.__all__ if isinstance(getattr(models, name), type)]
    assert tables
    assert all(isinstance(vars(table)["objects"], Gate) for table in tables)
