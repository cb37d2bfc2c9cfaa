using System.Net;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>What keeps people's pages theirs.</summary>
public sealed class PageSecurityTests(ApiServer server, Postgres postgres) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task The_operator_makes_an_institution_and_has_it_chosen_with_its_first_key_shown_once()
    {
        using var client = new PageClient(server.Address).As(server, Roles.Operator, institution: null);
        var wrong = await client.PostAsync("/institutions", ("name", ""), ("time_zone", "Mars/Base"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("id=\"name-faults\"", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("id=\"time_zone-faults\"", wrong.Text, StringComparison.Ordinal);
        var made = await client.PostAsync("/institutions", ("name", "Escola do Rio Negro"), ("time_zone", "America/Manaus"), ("returnUrl", "/manage"));
        Assert.Equal("/manage", made.Headers["Location"]);
        var page = await client.FollowAsync(made);
        Assert.Contains("Escola do Rio Negro is made and chosen.", page.Text, StringComparison.Ordinal);
        Assert.Contains("sk_", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("sk_", (await client.GetAsync("/manage")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_theme_is_changed_in_place_by_htmx()
    {
        using var client = new PageClient(server.Address);
        var changed = await client.PostByHtmxAsync("/preferences", ("theme", "dark"));
        Assert.Equal((HttpStatusCode.OK, """{"theme":"dark"}"""), (changed.Status, changed.Headers["HX-Trigger"]));
        Assert.StartsWith("<button id=\"theme-switch\"", changed.Text.Trim(), StringComparison.Ordinal);
        Assert.Contains("data-bs-theme=\"dark\"", (await client.GetAsync("/")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await client.PostAsync("/preferences", ("theme", "light"))).Status);
    }

    [Fact]
    public async Task Every_page_tells_the_browser_to_run_and_load_nothing_that_is_not_ours()
    {
        using var client = new PageClient(server.Address).As(server, Roles.Operator, institution: 1);
        foreach (var (path, method, _) in PageRoutes.Of(server).Where(r => r.Method == "GET"))
        {
            var answer = await client.GetAsync(path);
            var policy = answer.Headers["Content-Security-Policy"];
            Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
            Assert.Equal("same-origin", answer.Headers["Referrer-Policy"]);
            Assert.DoesNotContain(" style=", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<style", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(" onclick", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_form_is_taken_that_this_site_did_not_make_for_this_person(bool byHtmx)
    {
        using var client = new PageClient(server.Address).As(server, Roles.Operator, institution: 1);
        foreach (var (path, _, _) in PageRoutes.Of(server).Where(r => r.Method != "GET"))
        {
            var admitted = await client.PostRawAsync(path, byHtmx: byHtmx);
            Assert.True(
                admitted.Status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden, $"POST {path} answered {admitted.Status}.");
            Assert.Equal("text/html", admitted.MediaType);
            var forged = await client.PostRawAsync(path, new() { ["__RequestVerificationToken"] = "forged" }, byHtmx);
            Assert.Equal(admitted.Status, forged.Status);
        }
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData(@"/\evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task Nobody_is_led_to_another_site(string elsewhere)
    {
        using var client = new PageClient(server.Address);
        Assert.Equal("/", (await client.PostAsync("/preferences", ("language", "en"), ("returnUrl", elsewhere))).Headers["Location"]);
        var signedIn = await client.PostAsync("/sign-in/operator", ("key", ApiServer.OperatorKey), ("returnUrl", elsewhere));
        Assert.DoesNotContain("evil", Uri.UnescapeDataString(signedIn.Headers["Location"]), StringComparison.Ordinal);
        var chosen = await client.PostAsync("/institutions/1", ("returnUrl", elsewhere));
        Assert.Equal("/manage", chosen.Headers["Location"]);
    }

    [Fact]
    public async Task Cookies_are_out_of_reach_of_scripts_and_of_other_sites()
    {
        using var client = new PageClient(server.Address);
        var answer = await client.PostAsync("/sign-in/operator", ("key", ApiServer.OperatorKey));
        foreach (var cookie in (await client.GetAsync("/")).Headers.Concat(answer.Headers).Where(h => h.Key == "Set-Cookie"))
        {
            Assert.Contains("httponly", cookie.Value, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", cookie.Value, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains(client.Cookies, c => c.Name == "sineta.session");
    }

    [Fact]
    public async Task Whoever_guesses_keys_is_made_to_wait()
    {
        await using var own = new ApiServer(postgres);
        await own.InitializeAsync();
        using var client = new PageClient(own.Address);
        for (var i = 0; i < 5; i++)
        {
            var wrong = await client.PostAsync("/sign-in/operator", ("key", $"guess {i}"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
            Assert.Contains("This is not the operator's key.", wrong.Text, StringComparison.Ordinal);
        }

        var right = await client.PostAsync("/sign-in/operator", ("key", ApiServer.OperatorKey));
        Assert.Equal(HttpStatusCode.TooManyRequests, right.Status);
        Assert.True(int.Parse(right.Headers["Retry-After"], null) is > 0 and <= 60);
    }
}
