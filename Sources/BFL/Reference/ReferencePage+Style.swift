extension ReferencePage {
    /// The style sheet, with light and dark colors and a layout for narrow screens.
    static let style = """

        :root {
            color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif;
            --ink: light-dark(#1c2024, #e6e8eb); --paper: light-dark(#fff, #15171a); --panel: light-dark(#f6f7f8, #1d2024);
            --rule: light-dark(#e1e4e8, #30343a); --quiet: light-dark(#5b6470, #9aa4b1);
            --get: light-dark(#0b62c4, #6cb2ff); --post: light-dark(#0b7a4b, #56d39a);
        }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 1.5rem; }
        body { margin: 0; display: grid; grid-template-columns: 19rem minmax(0, 1fr); color: var(--ink); background: var(--paper); }
        nav {
            position: sticky; top: 0; height: 100vh; padding: 2rem 1.25rem; overflow: auto;
            background: var(--panel); border-right: 1px solid var(--rule); font-size: 0.85rem;
        }
        nav a { display: flex; gap: 0.6rem; padding: 0.35rem 0.5rem; border-radius: 0.4rem; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
        nav a:hover { background: var(--rule); }
        main { max-width: 62rem; padding: 2rem 3rem 6rem; }
        h1 { margin: 0 0 1rem; font-size: 2rem; line-height: 1.2; }
        h2 { margin: 3.5rem 0 1rem; padding-top: 1.5rem; border-top: 1px solid var(--rule); font-size: 1.35rem; overflow-wrap: anywhere; }
        h3 { margin: 2rem 0 0.5rem; font-size: 0.95rem; color: var(--quiet); }
        b { font: 600 0.75em/1.9 ui-monospace, monospace; letter-spacing: 0.04em; }
        h2 b { padding: 0.2rem 0.5rem; margin-right: 0.4rem; border: 1px solid; border-radius: 0.35rem; vertical-align: 0.12em; }
        .get { color: var(--get); }
        .post { color: var(--post); }
        code, pre { font: 0.875em/1.55 ui-monospace, monospace; }
        code { overflow-wrap: anywhere; }
        .name { white-space: nowrap; }
        td:nth-child(2) { min-width: 10rem; }
        p a { color: var(--get); }
        pre { overflow-x: auto; padding: 1rem 1.25rem; background: var(--panel); border: 1px solid var(--rule); border-radius: 0.5rem; }
        div { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: 0.925rem; }
        th { font-size: 0.8rem; font-weight: 600; color: var(--quiet); }
        th, td { text-align: left; vertical-align: top; padding: 0.5rem 1.25rem 0.5rem 0; border-bottom: 1px solid var(--rule); }
        @media (max-width: 56rem) {
            body { display: block; }
            nav { position: static; height: auto; padding: 1rem; border: 0; }
            table, tbody, tr, td { display: block; }
            tr:has(th) { display: none; }
            tr { padding: 0.6rem 0; border-bottom: 1px solid var(--rule); }
            td { padding: 0.1rem 0; border: 0; }
            td:not(:first-child)::before { content: attr(data-label) ": "; color: var(--quiet); }
            td:empty { display: none; }
            main { padding: 1.5rem 1rem 4rem; }
        }

        """
}
