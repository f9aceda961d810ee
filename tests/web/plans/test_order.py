from linli.web.plans.order import Order, read_order, write_order


def test_an_order_crosses_over_unchanged():
    one = Order(
        "ask", "a", "b", ("p",), "v", {"improve": {}}, {"code": "1", "name": "区"}, None, "o", {"forbid": ["x"]}
    )
    assert read_order(write_order(one)) == one
    some = Order("solve", "a", "b", (), "v", {}, {}, ("1", "2"), "o")
    assert read_order(write_order(some)) == some
    assert "\n" not in write_order(some)
