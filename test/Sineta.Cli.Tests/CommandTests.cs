using Microsoft.AspNetCore.Http;
using Sineta.Testing;

namespace Sineta.Cli.Tests;

public sealed class CommandTests(SharedServer shared)
{
    [Fact]
    public async Task A_terminal_listens_as_an_endpoint()
    {
        var key = await shared.NewInstitutionAsync();
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var listening = CommandLine.Start("listen", "--server", shared.Address, "--key", key);
        var first = await listening.ReadLineAsync(cancellationToken);
        Assert.StartsWith("Listening as ep_", first, StringComparison.Ordinal);

        var sent = await SendAsync(key, "activities.trail.completed");

        var arrived = await listening.ReadLineAsync(cancellationToken);
        Assert.EndsWith(
            $"verified activities.trail.completed {sent.Output.Split(' ')[0]} attempt 1, a test", arrived, StringComparison.Ordinal);
        await listening.DisposeAsync();
        Assert.StartsWith("No active endpoint takes ", (await SendAsync(key, "trail.completed")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delivery_is_seen_in_the_tail_and_sent_again()
    {
        var key = await shared.NewInstitutionAsync();
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var listening = CommandLine.Start("listen", "--server", shared.Address, "--key", key);
        await listening.ReadLineAsync(cancellationToken);
        var sent = await SendAsync(key, "trail.completed");
        var eventId = sent.Output.Split(' ')[0];
        await listening.ReadLineAsync(cancellationToken);
        await listening.ReadLineAsync(cancellationToken);

        var delivery = await DeliveredAsync(key);
        var resent = await CommandLine.RunAsync("resend", delivery, "--server", shared.Address, "--key", key);

        Assert.Equal("", resent.Errors);
        Assert.Matches("^It goes out as dlv_[0-9a-f]{32}\\.\n$", resent.Output);
        Assert.Contains(eventId, await listening.ReadLineAsync(cancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tail_shows_an_attempt_as_it_is_made()
    {
        var key = await shared.NewInstitutionAsync();
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var tail = CommandLine.Start("tail", "--status", "delivered", "--server", shared.Address, "--key", key);
        Assert.StartsWith("Listening", await tail.ReadLineAsync(cancellationToken), StringComparison.Ordinal);
        await using var listening = CommandLine.Start("listen", "--server", shared.Address, "--key", key);
        await listening.ReadLineAsync(cancellationToken);

        await SendAsync(key, "trail.completed");

        var handshake = await tail.ReadLineAsync(cancellationToken);
        Assert.Contains("webhooks.endpoint.verification", handshake, StringComparison.Ordinal);
        Assert.Matches(
            "delivered activities\\.trail\\.completed +dlv_[0-9a-f]{32} attempt 1: 200 in", await tail.ReadLineAsync(cancellationToken));
    }

    [Fact]
    public async Task The_tail_comes_back_to_a_server_that_was_away_and_says_what_it_missed()
    {
        const string Attempt = """
            {"id":"dlv_1","type":"activities.trail.completed","status":"failed","attempt_count":2,"created_at":"2026-03-10T12:00:00Z"}
            """;
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await RecordingReceiver.StartAsync(cancellationToken);
        var connected = 0;
        server.Answer = async (request, context) =>
        {
            if (request.Path == "/v1/deliveries")
            {
                await context.Response.WriteAsync("""{"data":[]}""", cancellationToken);
                return;
            }

            context.Response.StatusCode = connected == 1 ? 503 : 200;
            await context.Response.WriteAsync(
                connected++ == 0 ? $"id: 7-1\n\nid: 7-2\nevent: attempt\ndata: {Attempt}\n\n"
                    : "id: 9-1\nevent: gap\ndata: {\"missed\":1200}\n\n",
                cancellationToken);
        };

        await using var tail = CommandLine.Start("tail", "--server", server.Url.GetLeftPart(UriPartial.Authority), "--key", "sk_x");

        Assert.StartsWith("Listening", await tail.ReadLineAsync(cancellationToken), StringComparison.Ordinal);
        Assert.Contains("failed    activities.trail.completed", await tail.ReadLineAsync(cancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("The connection is lost", await tail.ReadLineAsync(cancellationToken), StringComparison.Ordinal);
        Assert.Equal("Listening again.", await tail.ReadLineAsync(cancellationToken));
        Assert.StartsWith("… 1,200 attempts were left out", await tail.ReadLineAsync(cancellationToken), StringComparison.Ordinal);
        Assert.Equal(
            [null, "7-2", "7-2"],
            server.Received.Where(r => r.Path == "/v1/stream").Take(3).Select(r => r.Headers.GetValueOrDefault("Last-Event-ID")));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_in_one_sentence()
    {
        var sent = await CommandLine.RunAsync("send", "course.completed", "--server", "http://127.0.0.1:1", "--key", "sk_x");
        Assert.Equal(1, sent.ExitCode);
        Assert.StartsWith("The server at http://127.0.0.1:1/ cannot be reached: ", sent.Errors, StringComparison.Ordinal);
        Assert.Single(sent.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task What_is_not_foreseen_ends_without_an_abort_and_says_what_to_do()
    {
        await using var server = await RecordingReceiver.StartAsync(TestContext.Current.CancellationToken);
        server.Answer = static (_, context) =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/problem+json";
            return context.Response.WriteAsync("no JSON", context.RequestAborted);
        };

        var ended = await CommandLine.RunAsync(
            "tail", "--once", "--server", server.Url.GetLeftPart(UriPartial.Authority), "--key", "sk_x");

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("This is a defect of sineta; please report it with what follows: ", ended.Errors, StringComparison.Ordinal);
    }

    /// <summary>The delivery that the tail shows as delivered: its outcome is recorded just after its arrival.</summary>
    private async Task<string> DeliveredAsync(string key)
    {
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var tail = await CommandLine.RunAsync("tail", "--once", "--status", "delivered", "--server", shared.Address, "--key", key);
            Assert.Equal("", tail.Errors);
            var activities = tail.Output.Split('\n').FirstOrDefault(line => line.Contains("activities.", StringComparison.Ordinal));
            if (activities?.Split(' ').FirstOrDefault(word => word.StartsWith("dlv_", StringComparison.Ordinal)) is { } id)
                return id;
        }
    }

    private Task<CommandLine.Result> SendAsync(string key, params string[] arguments) =>
        CommandLine.RunAsync(["send", .. arguments, "--server", shared.Address, "--key", key]);
}
