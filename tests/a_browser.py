"""What tests that drive a browser share: which one, and when a notebook in JupyterLab is done."""
import shutil

CHROMIUM = next(filter(None, map(shutil.which, (
    'chromium', 'chromium-browser', 'google-chrome', 'chrome'))), None)
NO_CHROMIUM = 'no Chromium or Chrome here (Debian: apt install chromium)'
IDLE = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
ERRORS = '[data-mime-type="application/vnd.jupyter.error"]'
# every code cell that the page holds has a number or an error
DONE = """() => {
    const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')];
    return cells.length && cells.every(cell =>
        /\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt').textContent)
        || cell.querySelector('[data-mime-type="application/vnd.jupyter.error"]'));
}"""
