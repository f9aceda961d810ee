import { describe, expect, it } from "vitest";
import { choose, fillIn, limitOf, placesOf, written } from "../../src/lifecircle/config.ts";

describe("what a page tells the life circle", () => {
  it("fills in addresses and puts ideas behind them", () => {
    expect(fillIn("/a?type={type}&x={other}", { type: "a b" })).toBe("/a?type=a%20b&x={other}");
    expect(fillIn("/a", {}, [["drop", "1,2"]])).toBe("/a?drop=1%2C2");
    expect(
      fillIn("/a?t={t}", { t: "1" }, [
        ["drop", "1,2"],
        ["close", "f&1"],
      ]),
    ).toBe("/a?t=1&drop=1%2C2&close=f%261");
  });

  it("takes how far a person walks from the page, else from their speed", () => {
    const person = { code: "elder", label: "", metres_per_minute: 48 };
    expect(limitOf({ ...person, limits: { "5": 240 } }, 5)).toBe(240);
    expect(limitOf(person, 10)).toBe(480);
  });

  it("reads places from the address and passes over what is none", () => {
    expect(placesOf(["120.1,30.2", "x,1", "7", ""])).toEqual([[120.1, 30.2]]);
    expect(placesOf([written([120.123456789, 30])])).toEqual([[120.1234568, 30]]);
  });

  it("chooses the first where there is no such choice", () => {
    expect(choose([{ code: "a" }, { code: "b" }], "b").code).toBe("b");
    expect(choose([{ code: "a" }], "z").code).toBe("a");
    expect(() => choose([], "a")).toThrow();
  });
});
