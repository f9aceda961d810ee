import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const out = fileURLToPath(new URL("../src/linli/web/static/linli/", import.meta.url));

/** htmx holds one `eval`, for features that are switched off; it does not even reach the browser. */
function withoutEval(): Plugin {
  return {
    name: "without-eval",
    transform(code, id) {
      if (!id.endsWith("htmx.esm.js")) return null;
      const safe = code.replace("return eval(str)", 'throw new Error("eval is switched off")');
      if (safe === code || /\beval\(/.test(safe.replaceAll("maybeEval(", "")))
        throw new Error("htmx: look where its eval went");
      return { code: safe, map: null };
    },
  };
}

const ALLOWED = /^(MIT|ISC|0BSD|BSD-0-Clause|BSD-2-Clause|BSD-3-Clause|Apache-2\.0)$/;

/** The licences of everything that reaches the browser, in one file beside it; a licence we do not allow stops the build. */
function withNotices(): Plugin {
  return {
    name: "with-notices",
    generateBundle() {
      const folders = new Set<string>();
      for (const id of this.getModuleIds()) {
        const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id);
        if (found && existsSync(`${found[0]}/package.json`)) folders.add(found[0]);
      }
      const parts = [...folders].sort().map((folder) => {
        const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
        if (!ALLOWED.test(license)) throw new Error(`${name}: licence ${license} is not allowed`);
        const texts = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
          (file) => /^(licen[cs]es?\/)?(licen[cs]e|notice)[^/]*$/i.test(file) && statSync(`${folder}/${file}`).isFile(),
        );
        return [
          `${name} ${version} (${license})`,
          ...texts.map((file) => readFileSync(`${folder}/${file}`, "utf8")),
        ].join("\n\n");
      });
      this.emitFile({ type: "asset", fileName: "THIRD-PARTY.txt", source: parts.join(`\n\n${"-".repeat(80)}\n\n`) });
    },
  };
}

/** The map's worker once more under a name that never changes, for pages that must serve it below their own path. */
function withMapWorker(): Plugin {
  return {
    name: "with-map-worker",
    writeBundle({ dir }) {
      const folder = `${dir}/assets`;
      const found = readdirSync(folder).find((file) => file.startsWith("maplibre-gl-worker-"));
      if (found === undefined) throw new Error("the map's worker is missing");
      copyFileSync(`${folder}/${found}`, `${dir}/map-worker.js`);
    },
  };
}

// Two builds: the islands (ES modules), and the survey form's service worker,
// which must be one plain file under a name that never changes.
export default defineConfig(({ mode }) =>
  mode === "worker"
    ? {
        build: {
          outDir: out,
          emptyOutDir: false,
          lib: {
            entry: "src/offline-worker.ts",
            formats: ["iife"],
            name: "offline",
            fileName: () => "offline-worker.js",
          },
        },
      }
    : {
        plugins: [withoutEval(), withNotices(), withMapWorker()],
        base: "./", // wherever Django's STATIC_URL points: files find each other from their own address
        build: {
          outDir: out,
          emptyOutDir: true,
          manifest: "manifest.json",
          assetsInlineLimit: 0, // a data: address would need a hole in the content security policy
          modulePreload: { polyfill: false },
          target: "es2022",
          chunkSizeWarningLimit: 1300,
          // The page names app.js and app.css, which Django gives their hashes; chunks must not import app.js, or it would run twice.
          rolldownOptions: {
            input: { app: "src/app.ts" },
            output: {
              entryFileNames: "[name].js",
              chunkFileNames: "assets/[name]-[hash].js",
              assetFileNames: (asset) =>
                asset.names.includes("app.css") ? "app.css" : "assets/[name]-[hash][extname]",
              codeSplitting: {
                groups: [{ name: "core", test: /src[\\/]core[\\/]|vite[\\/]preload-helper|rolldown[\\/]runtime/ }],
              },
            },
          },
        },
        worker: { format: "es" },
      },
);
