using Sineta.Testing;

namespace Sineta.Cli.Tests;

public sealed class CommandTests(SharedServer shared)
{
    [Fact]
    public async Task A_sample_is_published_again_and_again()
    {
        var key = await shared.NewInstitutionAsync();
        for (var i = 0; i < 2; i++)
        {
            var sent = await SendAsync(key, "course.completed");
            Assert.Equal("", sent.Errors);
            Assert.Matches("^evt_[0-9a-f]{32} is committed, for 0 endpoints\\.\n$", sent.Output);
        }
    }

    [Fact]
    public async Task The_same_fact_is_published_once()
    {
        var key = await shared.NewInstitutionAsync();
        var first = await SendAsync(key, "course.completed", "--dedupe-key", "one");
        var again = await SendAsync(key, "course.completed", "--dedupe-key", "one");
        Assert.Equal($"{first.Output.Split(' ')[0]} was published before; nothing is sent again.\n", again.Output);
    }

    [Fact]
    public async Task Every_fault_of_the_data_is_named()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "data.json");
        await File.WriteAllTextAsync(file, """{"institution":{"id":0}}""", TestContext.Current.CancellationToken);

        var sent = await SendAsync(await shared.NewInstitutionAsync(), "course.completed", "--data", file);

        Assert.Equal(1, sent.ExitCode);
        Assert.Contains("/data/institution/id: ", sent.Errors, StringComparison.Ordinal);
        Assert.Contains("/data/course: ", sent.Errors, StringComparison.Ordinal);
    }

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
        Assert.Contains($"verified activities.trail.completed {sent.Output.Split(' ')[0]} attempt 1", arrived, StringComparison.Ordinal);
        await listening.DisposeAsync();
        Assert.EndsWith("for 0 endpoints.\n", (await SendAsync(key, "trail.completed")).Output, StringComparison.Ordinal);
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
    public async Task A_server_that_is_not_there_is_told_in_one_sentence()
    {
        var sent = await CommandLine.RunAsync("send", "course.completed", "--server", "http://127.0.0.1:1", "--key", "sk_x");
        Assert.Equal(1, sent.ExitCode);
        Assert.StartsWith("The server at http://127.0.0.1:1/ cannot be reached: ", sent.Errors, StringComparison.Ordinal);
        Assert.Single(sent.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task An_unknown_event_is_answered_with_the_known_ones()
    {
        var sent = await CommandLine.RunAsync("send", "course.begun", "--key", "sk_x");
        Assert.StartsWith("No event is called course.begun; there are: activities.", sent.Errors, StringComparison.Ordinal);
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
