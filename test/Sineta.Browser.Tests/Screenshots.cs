using Microsoft.Playwright;
using Sineta.Testing;

namespace Sineta.Browser.Tests;

/// <summary>
/// Takes the pictures of the README anew, from the demo school:
/// <c>dotnet run --project test/Sineta.Browser.Tests -- --explicit only --filter-class '*Screenshots'</c>
/// </summary>
public sealed class Screenshots(Site site)
{
    private const string Password = "toca a sineta";
    private static readonly string Folder = Path.Combine(RepositoryRoot(), "docs", "screenshots");

    [Fact(Explicit = true)]
    public async Task Of_the_main_pages()
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string> { ["Sineta__DataDirectory"] = folder.Path, ["Sineta__DemoSchool"] = "true" };
        await using var server = await ServerProcess.StartAsync(settings, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Folder);

        await using (var learner = await SignInAsync(server, "ana@demo.example"))
        {
            await ShootAsync(learner, "/campus", "catalog");
            await learner.Pages[0].GotoAsync("/campus/courses/3");
            await learner.Pages[0].Locator("main form[action*='certificates'] button").First.ClickAsync();
            await ShootAsync(learner, path: null, "certificate");
        }

        await using (var manager = await SignInAsync(server, "helena@demo.example"))
        {
            await ShootAsync(manager, "/manage", "overview");
            await ShootAsync(manager, "/manage/courses/1", "course-builder");
        }

        await using var integrator = await SignInAsync(server, "rui@demo.example");
        await integrator.Pages[0].GotoAsync("/webhooks/deliveries?type=activities.certificate.issued");
        await integrator.Pages[0].Locator("main table a[href*='/webhooks/deliveries/dlv_']").First.ClickAsync();
        await ShootAsync(integrator, path: null, "delivery");
    }

    private async Task<IBrowserContext> SignInAsync(ServerProcess server, string email)
    {
        var context = await site.NewContextAsync(server.Address.AbsoluteUri, "pt-BR");
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.FillAsync("#email", email);
        await page.FillAsync("#password", Password);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        return context;
    }

    private static async Task ShootAsync(IBrowserContext context, string? path, string name)
    {
        var page = context.Pages[0];
        if (path is not null)
            await page.GotoAsync(path);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.png") });
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Sineta.slnx")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
