using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sineta.Testing;
using static Microsoft.Playwright.Assertions;

namespace Sineta.Browser.Tests;

/// <summary>An integrator's first hour, by real clicks.</summary>
public sealed class EndpointTests(Site site)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_system_is_connected_tried_and_sent_to_again(bool hasScripts, bool isPhone)
    {
        await using var receiver = await Receivers.StartAsync(Stop);
        await using var visit = await site.VisitAsync(hasScripts: hasScripts, isPhone: isPhone);
        var page = visit.Page;
        await page.GotoAsync("/webhooks");
        await page.GetByRole(AriaRole.Link, new() { Name = "New endpoint" }).First.ClickAsync();
        await page.GetByLabel("URL").FillAsync(receiver.Url.AbsoluteUri);
        await page.GetByLabel("activities.course.completed").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and verify" }).ClickAsync();
        await Expect(page.GetByText("This is its signing secret")).ToBeVisibleAsync();
        Assert.StartsWith("whsec_", await page.Locator(".copy input").InputValueAsync(), StringComparison.Ordinal);
        await Expect(page.Locator(".state-ok")).ToHaveTextAsync("Active");

        await page.Locator("select[name=type]").SelectOptionAsync("activities.course.completed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.GetByText("The sample is on its way.")).ToBeVisibleAsync();
        await Eventually.TrueAsync(() => receiver.Received.Count == 2, Stop);
        await page.ReloadAsync();
        await page.Locator("#rows tbody th a").First.ClickAsync();
        await Expect(page.GetByText("webhook-signature")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resend" }).ClickAsync();
        await Expect(page.GetByText("this is the new delivery")).ToBeVisibleAsync();
        await Eventually.TrueAsync(() => receiver.Received.Count == 3, Stop);
        Assert.Single(receiver.Received.Skip(1).Select(r => r.WebhookId).Distinct());
    }

    [Fact]
    public async Task A_receiver_that_proves_nothing_is_told_what_to_do_in_portuguese()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        await using var visit = await site.VisitAsync(locale: "pt-BR");
        var page = visit.Page;
        await page.GotoAsync("/webhooks/endpoints/new");
        await page.GetByLabel("URL").FillAsync(receiver.Url.AbsoluteUri);
        await page.GetByRole(AriaRole.Button, new() { Name = "Criar e verificar" }).ClickAsync();
        await Expect(page.GetByText("O receptor respondeu 200 sem o desafio").First).ToBeVisibleAsync();
        receiver.Answer = Receivers.EchoAsync;
        await page.GetByRole(AriaRole.Button, new() { Name = "Verificar agora" }).ClickAsync();
        await Expect(page.Locator(".state-ok")).ToHaveTextAsync("Ativo");
    }

    [Fact]
    public async Task A_replay_is_counted_started_and_watched_to_its_end()
    {
        await using var receiver = await Receivers.StartAsync(Stop);
        await using var visit = await site.VisitAsync();
        await site.PostAsync(visit.Key, "/v1/endpoints", new { url = receiver.Url });
        for (var number = 1; number <= 5; number++)
            await site.EnrollAsync(visit.Key, number);
        var page = visit.Page;
        await page.GotoAsync("/webhooks/replays/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Count first" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send 5 events" }).ClickAsync();
        await Expect(page.Locator("#progress .progress-row")).ToContainTextAsync("100");
        await Eventually.TrueAsync(() => receiver.Received.Count == 11, Stop); // the handshake, and each event twice
    }

    [Fact]
    public async Task The_log_follows_what_happens_without_a_reload()
    {
        await using var receiver = await Receivers.StartAsync(Stop);
        await using var visit = await site.VisitAsync();
        await site.PostAsync(visit.Key, "/v1/endpoints", new { url = receiver.Url });
        var page = visit.Page;
        await page.RouteAsync("**/webhooks/deliveries?*", WithoutSlowLookAsync);
        await page.GotoAsync("/webhooks/deliveries?type=activities.course.enrollment");
        await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "Follow live" }).ClickAsync(), "**/webhooks/deliveries/live?*");
        await Expect(page.GetByText("Nothing found")).ToBeVisibleAsync();
        await site.EnrollAsync(visit.Key, 1);
        await Expect(page.Locator("#rows .state-ok")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Stop following" }).ClickAsync();
        await Expect(page.Locator("#rows")).Not.ToHaveAttributeAsync("data-live", new Regex(".*"));
    }

    [Fact]
    public async Task A_delivery_that_is_sent_now_shows_what_came_of_it_without_a_reload()
    {
        await using var receiver = await Receivers.StartAsync(Stop);
        await using var visit = await site.VisitAsync();
        await site.PostAsync(visit.Key, "/v1/endpoints", new { url = receiver.Url });
        receiver.Answer = (_, context) => Task.FromResult(context.Response.StatusCode = 500);
        await site.EnrollAsync(visit.Key, 1);
        await Eventually.TrueAsync(() => receiver.Received.Count == 2, Stop);
        var page = visit.Page;
        await page.GotoAsync("/webhooks/deliveries?type=activities.course.enrollment");
        await page.Locator("#rows tbody th a").First.ClickAsync();
        receiver.Answer = Receivers.EchoAsync;
        await page.GetByRole(AriaRole.Button, new() { Name = "Send now" }).ClickAsync();
        await Expect(page.Locator("#delivery .state-ok")).ToBeVisibleAsync();
        await Expect(page.GetByText("Attempts (2)")).ToBeVisibleAsync();
        await Expect(page.Locator("#delivery")).Not.ToHaveAttributeAsync("hx-get", new Regex(".*"));
    }

    /// <summary>What appears is then what the page was told of.</summary>
    private static async Task WithoutSlowLookAsync(IRoute route)
    {
        var answer = await route.FetchAsync();
        var text = await answer.TextAsync();
        await route.FulfillAsync(new() { Response = answer, Body = text.Replace(", every 15s", "", StringComparison.Ordinal) });
    }

    [Fact]
    public async Task The_inbox_shows_each_event_as_it_arrives_with_its_verification()
    {
        await using var visit = await site.VisitAsync();
        var page = visit.Page;
        await page.GotoAsync("/inbox");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect the inbox" }).ClickAsync();
        await Expect(page.GetByText("The inbox is connected.")).ToBeVisibleAsync();
        await site.EnrollAsync(visit.Key, 1);
        var arrival = page.Locator(".arrival", new() { HasText = "activities.course.enrollment" });
        await arrival.Locator("summary").ClickAsync();
        await Expect(arrival.Locator(".check-ok")).ToHaveCountAsync(4);
    }
}
