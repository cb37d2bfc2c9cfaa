using Microsoft.Playwright;

namespace Sineta.Browser.Tests;

/// <summary>A person without a mouse: what has the focus is seen, and whatever is used is reached by Tab first.</summary>
internal sealed class Keyboard(IPage page)
{
    private const int MostTabs = 150;

    /// <summary>Goes on by Tab until it has the focus.</summary>
    public async Task ReachAsync(ILocator target)
    {
        await target.First.WaitForAsync();
        for (var tabs = 0; !await HasFocusAsync(target.First); tabs++)
        {
            Assert.True(tabs < MostTabs, $"{target} is not reached by Tab.");
            await page.Keyboard.PressAsync("Tab");
        }

        var mark = await target.First.EvaluateAsync<string>(
            "e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 ? 'outline' : s.boxShadow; }");
        Assert.True(mark != "none", $"{target} has the focus, and nothing shows it.");
    }

    /// <summary>Reaches it and presses a key.</summary>
    public async Task PressAsync(ILocator target, string key = "Enter")
    {
        await ReachAsync(target);
        await page.Keyboard.PressAsync(key);
    }

    public Task PressLinkAsync(string name) => PressAsync(page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }));

    public Task PressButtonAsync(string name) => PressAsync(page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }));

    /// <summary>Reaches a field and types over what it holds.</summary>
    public async Task TypeAsync(string field, string text)
    {
        await ReachAsync(page.Locator(field));
        await page.Keyboard.PressAsync("ControlOrMeta+a");
        await page.Keyboard.TypeAsync(text);
    }

    private static Task<bool> HasFocusAsync(ILocator target) => target.EvaluateAsync<bool>("e => e === document.activeElement");
}
