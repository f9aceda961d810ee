import json
import time

from linli.improve.siting import at_most, covering_model
from linli.improve.siting.model import core_of
from linli.improve.siting.process import pack
from linli.improve.siting.worker import main


def test_the_worker_says_each_better_answer_as_a_line(random_case, tmp_path, capsys):
    case = random_case(22, options=9, demand=30)
    core = core_of(covering_model(case.options, case.demand, case.coverage, constraints=[at_most(case.options, 3)]))
    pack(core, tmp_path / "task.npz")
    (tmp_path / "order.json").write_text(json.dumps({"task": "core", "effort": {"gap": 0.0}, "ends": time.time() + 60}))
    main(tmp_path)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["status"] == "optimal"
    assert lines[-1]["objective"] == lines[-1]["bound"]
    bounds = [line["bound"] for line in lines]
    assert bounds == sorted(bounds, reverse=True)
