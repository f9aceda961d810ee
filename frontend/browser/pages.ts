/** One plain page per island, with the configuration a Django template would write. */

import { needOf, TYPES } from "./demo.ts";

interface Entry {
  script: string;
  styles: string[];
}

const island = (name: string, config: unknown, inside = "", attributes = ""): string =>
  `<div data-island="${name}" ${attributes}><script type="application/json">${JSON.stringify(config).replaceAll("<", "\\u003c")}</script>${inside}</div>`;

const FRAME = {
  date: "2026-11-01",
  source: { zh: "示例城市，虚构数据", en: "Demo town, made-up data" },
  map_number: "示例 (2026) 001 号",
};

const FIELDS = [
  {
    key: "coverage",
    label: { zh: "助餐覆盖率", en: "Canteen coverage" },
    unit: { zh: "老年居民", en: "of older residents" },
    format: "share",
  },
  { key: "status", label: { zh: "结论", en: "Status" }, format: "status" },
  {
    key: "residents",
    label: { zh: "居民", en: "Residents" },
    unit: { zh: "人", en: "people" },
    format: "number",
    digits: 0,
  },
];

const people = {
  id: "without",
  label: { zh: "步行 500 m 内无社区食堂的居民", en: "Residents without a canteen within 500 m" },
  kind: "people",
  src: "/data/without",
  value: "residents",
  fields: [
    { key: "residents", label: { zh: "居民", en: "Residents" }, format: "number", unit: { zh: "人", en: "people" } },
  ],
};
const facilities = {
  id: "facilities",
  label: { zh: "设施", en: "Facilities" },
  kind: "facilities",
  src: "/data/facilities",
  fields: [{ key: "floor_area_m2", label: { zh: "建筑面积", en: "Floor area" }, unit: "m²", format: "number" }],
};

const LIFE = {
  ...FRAME,
  title: { zh: "步行生活圈", en: "Walking life circle" },
  types: TYPES.map(([code, group, label]) => ({
    code,
    group,
    label: { zh: label, en: code.replaceAll("_", " ") },
    residents: needOf(code),
    whom: needOf(code).length > 1 ? { zh: "60 岁及以上", en: "60 and over" } : { zh: "全体居民", en: "all residents" },
  })),
  persons: [
    { code: "adult", label: { zh: "成年人", en: "Adult" }, metres_per_minute: 72 },
    { code: "elder", label: { zh: "老年人", en: "Elder" }, metres_per_minute: 50 },
    { code: "carer", label: { zh: "带幼儿者", en: "Carer with infant" }, metres_per_minute: 55 },
  ],
  minutes: [5, 10, 15],
  person: "elder",
  minute: 10,
  path: "/data/path?building={building}&type={type}&person={person}",
  what_if: "/data/what-if?type={type}",
  summary: "/data/summary?type={type}&person={person}&minute={minute}",
  table: "/page/table?type={type}",
};

const PAGES: Record<string, () => string> = {
  map: () =>
    island(
      "map",
      {
        ...FRAME,
        title: { zh: "助餐设施覆盖率", en: "Coverage by canteens" },
        layers: [
          {
            id: "communities",
            label: { zh: "助餐覆盖率", en: "Canteen coverage" },
            kind: "areas",
            src: "/data/communities",
            value: "coverage",
            format: "share",
            fields: FIELDS,
          },
          facilities,
          { ...people, visible: false },
        ],
      },
      "<table><caption>后备表格</caption><tr><td>和睦社区</td><td>91 %</td></tr></table>",
    ),
  status: () =>
    island("map", {
      ...FRAME,
      title: { zh: "完整社区达标情况", en: "Complete communities" },
      layers: [
        {
          id: "communities",
          label: { zh: "结论", en: "Status" },
          kind: "status",
          src: "/data/communities",
          fields: FIELDS,
        },
        people,
      ],
    }),
  "life-circle": () =>
    island(
      "life-circle",
      {
        ...LIFE,
        buildings: "/data/buildings",
        facilities: "/data/facilities?type={type}",
        boundary: "/data/communities",
        reach: "/data/reach?type={type}",
        rooms: "/data/rooms?type={type}",
      },
      "<table><caption>后备表格</caption><tr><td>和睦社区</td><td>91 %</td></tr></table>",
    ),
  "life-circle-large": () =>
    island("life-circle", {
      ...LIFE,
      tiles: "/tiles/{z}/{x}/{y}?type={type}&person={person}&minute={minutes}",
      bounds: [120.11, 30.29, 120.14, 30.31],
    }),
  "map-tiles": () =>
    island(
      "map",
      {
        ...FRAME,
        title: { zh: "步行可达的住宅", en: "Homes by reach" },
        bounds: [120.11, 30.29, 120.14, 30.31],
        layers: [
          {
            id: "areas",
            label: { zh: "助餐覆盖率", en: "Canteen coverage" },
            kind: "areas",
            tiles: "/tiles/{z}/{x}/{y}",
            source_layer: "communities",
            value: "coverage",
            format: "share",
            breaks: [0, 0.2, 0.4, 0.6, 0.8, 1],
            fields: FIELDS,
          },
          {
            id: "homes",
            label: { zh: "居民", en: "Residents" },
            kind: "people",
            tiles: "/tiles/{z}/{x}/{y}",
            source_layer: "buildings",
            value: "residents",
            fields: people.fields,
          },
          {
            id: "services",
            label: { zh: "设施", en: "Facilities" },
            kind: "facilities",
            tiles: "/tiles/{z}/{x}/{y}",
            source_layer: "facilities",
          },
        ],
      },
      "<table><caption>后备表格</caption><tr><td>和睦社区</td><td>91 %</td></tr></table>",
    ),
  pin: () =>
    `<form method="post" action="/page/echo">${island(
      "pin",
      {
        kinds: ["point", "multipoint", "polygon"],
        bounds: [120.11, 30.29, 120.14, 30.31],
        layers: [
          { id: "communities", label: { zh: "社区", en: "Communities" }, kind: "outline", src: "/data/communities" },
        ],
        within: "/data/communities",
        required: true,
      },
      '<label>位置（GeoJSON）<textarea name="geometry">{"type":"Point","coordinates":[120.1215,30.2991]}</textarea></label>',
    )}<p><button>保存</button></p></form>`,
  chart: () =>
    [
      island("chart", {
        kind: "bars",
        title: { zh: "各社区助餐覆盖率", en: "Canteen coverage by community" },
        unit: { zh: "老年居民的份额", en: "share of older residents" },
        format: "share",
        ...FRAME,
        target: { value: 0.8, label: { zh: "目标 80 %", en: "target 80 %" } },
        rows: [
          ["和睦社区", 0.91, "met"],
          ["华丰社区", 0.64, "partly", 0.55, 0.71],
          ["登云社区", 0.22, "not_met"],
          ["化纤社区", null, "unknown"],
          ["李家桥社区", 0.83, "met"],
        ].map(([label, value, status, low, high]) => ({ label, value, status, low, high, href: "/page/profile/1" })),
      }),
      island("chart", {
        kind: "dumbbell",
        title: { zh: "两轮评估前后", en: "Before and after" },
        unit: { zh: "覆盖率", en: "coverage" },
        format: "share",
        names: { before: "2024", after: "2026" },
        rows: [
          ["和睦社区", 0.71, 0.91],
          ["华丰社区", 0.44, 0.64],
          ["登云社区", 0.31, 0.22],
          ["化纤社区", null, 0.5],
        ].map(([label, before, after]) => ({ label, before, after })),
      }),
      island("chart", {
        kind: "stacked",
        title: { zh: "20 项结论", en: "The 20 items" },
        unit: { zh: "项", en: "items" },
        series: ["met", "partly", "not_met", "unknown"].map((code) => ({ code })),
        rows: [
          ["和睦社区", [12, 5, 2, 1]],
          ["华丰社区", [9, 6, 4, 1]],
          ["登云社区", [4, 7, 8, 1]],
        ].map(([label, values]) => ({ label, values })),
      }),
      island("chart", {
        kind: "line",
        title: { zh: "投入与效益", en: "What money buys" },
        unit: { zh: "新增受益居民（人）", en: "residents served" },
        x_title: { zh: "预算（万元）", en: "budget (10,000 yuan)" },
        series: [
          {
            label: { zh: "找到的方案", en: "found" },
            points: [0, 200, 400, 600, 800, 1000].map((x) => ({
              x,
              y: Math.round(900 * Math.sqrt(x)),
              low: Math.round(900 * Math.sqrt(x)),
              high: Math.round(950 * Math.sqrt(x)),
            })),
          },
        ],
      }),
      island("chart", {
        kind: "gantt",
        title: { zh: "实施计划", en: "Programme" },
        rows: [
          ["社区食堂（和睦）", 2026, 2027, "腾挪"],
          ["卫生服务站（华丰）", 2026, 2028, "改造"],
          ["托育点（登云）", 2027, 2029, "新建"],
        ].map(([label, start, end, group]) => ({ label, start, end, group })),
      }),
    ].join(""),
  table: () =>
    `<div data-island="table" data-name="c"><table><caption>社区</caption><thead><tr><th data-key="name" data-sort="up" data-fixed>社区</th><th data-key="residents" data-sort="down" class="n">居民<small>人</small></th><th data-key="coverage" data-sort="down" class="n">覆盖率<small>%</small></th><th data-key="note">备注</th></tr></thead><tbody>${[
      ["和睦社区", 4200, 91, ""],
      ["华丰社区", 4813, 64, "一处停业"],
      ["登云社区", 5426, 22, ""],
      ["化纤社区", 6039, "", "待补"],
    ]
      .map(
        ([name, residents, coverage, note]) =>
          `<tr><th scope="row"><a href="/page/profile/1">${name}</a></th><td class="n" data-v="${residents}">${residents}</td><td class="n" data-v="${coverage}">${coverage === "" ? "待补" : coverage}</td><td>${note}</td></tr>`,
      )
      .join("")}</tbody></table></div>`,
  confirm: () =>
    `<form method="post" action="/page/echo" data-island="confirm" data-title="撤销这一批调查数据" data-message="这一批的 312 行将从本轮移出，可在 30 天内恢复。" data-rows="312" data-reason="required" data-yes="撤销这一批" data-danger><input type="hidden" name="batch" value="7"><button>撤销这一批…</button></form>`,
  progress: () =>
    `<div data-island="progress" data-src="/data/job" data-cancel="/data/job/cancel"><p>任务正在进行，<a href="">刷新</a>查看进度。</p></div>`,
};

const survey = (): string =>
  island(
    "offline-form",
    {
      user: "u1",
      form: "facility",
      title: { zh: "社区食堂", en: "Canteen" },
      record: "f1",
      base_version: 6,
      base: { name: "社区食堂", floor_area_m2: "240", opening_hours: "" },
      endpoint: "/survey/submissions",
      token: "/data/token",
      worker: "/survey/offline-worker.js",
      scope: "/survey/",
      shell: ["/survey/form", "/harness.css"],
      sign_in: "/page/table",
    },
    `<form method="post" action="/survey/submissions" enctype="multipart/form-data">
    <p><label>名称 <input name="name" value="社区食堂" required></label></p>
    <p><label>建筑面积（m²） <input name="floor_area_m2" inputmode="decimal" value="240"></label></p>
    <p><label>开放时间 <input name="opening_hours"></label></p>
    ${island("pin", { kinds: ["point"], worker: "/survey/map-worker.js", bounds: [120.11, 30.29, 120.14, 30.31], required: true }, '<label>位置（GeoJSON）<textarea name="geometry">{"type":"Point","coordinates":[120.1215,30.2991]}</textarea></label>')}
    <p><label>照片 <input type="file" name="photos" accept="image/*" multiple></label></p>
    <p><button>保存</button></p></form>`,
  );

/** The page of an address: /page/<island>[?lang=en] or the survey's form. */
export function pageHtml(url: URL, { script, styles }: Entry): string | undefined {
  const english = url.searchParams.get("lang") === "en";
  const name = url.pathname.replace("/page/", "");
  const content =
    url.pathname === "/survey/form" ? survey() : (PAGES[name]?.() ?? (name.includes("/") ? "<p>…</p>" : undefined));
  if (content === undefined || url.pathname === "/") return undefined;
  const links = ["/harness.css", ...styles].map((href) => `<link rel="stylesheet" href="${href}">`).join("");
  return `<!doctype html><html lang="${english ? "en" : "zh-Hans"}"><head><meta charset="utf-8"><title>${name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="csrf-token" content="token-of-the-page">${links}
<script type="module" src="${script}"></script></head><body><main><h1>${name}</h1>${content}</main></body></html>`;
}
