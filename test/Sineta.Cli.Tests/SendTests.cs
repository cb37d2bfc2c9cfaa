using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sineta.Cli.Api;
using Sineta.Events;
using Sineta.Testing;

namespace Sineta.Cli.Tests;

public sealed class SendTests(SharedServer shared) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RecordingReceiver _receiver = null!;
    private string _key = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string DataFile => Path.Combine(_folder.Path, "data.json");

    public async ValueTask InitializeAsync()
    {
        _receiver = await RecordingReceiver.StartAsync(Stop);
        _receiver.Answer = static async (request, context) =>
        {
            if (OperationalEvent.TryRead(request.Body, out var operational) && operational is EndpointVerification verification)
                await context.Response.WriteAsync(verification.Challenge, context.RequestAborted);
        };
        _key = await shared.NewInstitutionAsync();
        await File.WriteAllTextAsync(DataFile, JsonElement.Parse(CourseCompleted.Sample.Span).GetProperty("data").GetRawText(), Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_sample_goes_as_a_test_to_each_active_endpoint_that_takes_its_type()
    {
        var all = await EndpointAsync("/all");
        var some = await EndpointAsync("/some", "activities.course.completed", "activities.course.enrollment");
        await EndpointAsync("/other", "activities.trail.completed");

        var sent = await SendAsync("course.completed");

        Assert.Equal("", sent.Errors);
        Assert.Matches(
            $"^evt_[0-9a-f]{{32}} goes to {all}, marked as a test\\.\nevt_[0-9a-f]{{32}} goes to {some}, marked as a test\\.\n$", sent.Output);
        await Eventually.TrueAsync(() => Activities.Length == 2, Stop);
        Assert.Equal(["/all", "/some"], Activities.Select(request => request.Path).Order());
        Assert.All(Activities, request => Assert.Equal("true", request.Headers["sineta-test"]));
    }

    [Fact]
    public async Task A_sample_goes_to_the_named_endpoint_alone()
    {
        await EndpointAsync("/one");
        var other = await EndpointAsync("/other");

        var sent = await SendAsync("course.completed", "--to", other);

        Assert.Matches($"^evt_[0-9a-f]{{32}} goes to {other}, marked as a test\\.\n$", sent.Output);
        await Eventually.TrueAsync(() => Activities.Length > 0, Stop);
        Assert.Equal(("/other", "true"), (Assert.Single(Activities).Path, Activities[0].Headers["sineta-test"]));
    }

    [Fact]
    public async Task A_sample_that_nobody_takes_is_not_sent()
    {
        await EndpointAsync("/other", "activities.trail.completed");
        var sent = await SendAsync("course.completed");
        Assert.Equal((1, ""), (sent.ExitCode, sent.Output));
        Assert.Equal("No active endpoint takes activities.course.completed: make one, and verify it.\n", sent.Errors);
    }

    [Fact]
    public async Task Data_of_ones_own_is_published_as_what_happened()
    {
        await EndpointAsync("/all");

        var sent = await SendAsync("course.completed", "--data", DataFile);

        Assert.Matches("^evt_[0-9a-f]{32} is committed, for 1 endpoint\\.\n$", sent.Output);
        await Eventually.TrueAsync(() => Activities.Length > 0, Stop);
        Assert.DoesNotContain("sineta-test", Assert.Single(Activities).Headers);
    }

    [Fact]
    public async Task The_same_fact_is_published_once()
    {
        var first = await SendAsync("course.completed", "--data", DataFile, "--dedupe-key", "one");
        var again = await SendAsync("course.completed", "--data", DataFile, "--dedupe-key", "one");
        Assert.Equal($"{first.Output.Split(' ')[0]} was published before; nothing is sent again.\n", again.Output);
    }

    [Fact]
    public async Task Every_fault_of_the_data_is_named()
    {
        await File.WriteAllTextAsync(DataFile, """{"institution":{"id":0}}""", Stop);

        var sent = await SendAsync("course.completed", "--data", DataFile);

        Assert.Equal(1, sent.ExitCode);
        Assert.Contains("/data/institution/id: ", sent.Errors, StringComparison.Ordinal);
        Assert.Contains("/data/course: ", sent.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("No event is called course.begun; there are: activities.", "course.begun")]
    [InlineData(
        "completed may be any of activities.content.completed, activities.course.completed, activities.trail.completed: say more of it.",
        "completed")]
    [InlineData("--occurred-at and --dedupe-key go with --data: ", "course.completed", "--dedupe-key", "one")]
    [InlineData("--to is for samples: ", "course.completed", "--to", "ep_1", "--data", "-")]
    public async Task What_cannot_be_sent_is_told_in_one_sentence(string beginning, params string[] arguments)
    {
        var sent = await SendAsync(arguments);
        Assert.Equal((1, ""), (sent.ExitCode, sent.Output));
        Assert.StartsWith(beginning, sent.Errors, StringComparison.Ordinal);
        Assert.Single(sent.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static EventType CourseCompleted => EventTypes.All.Single(type => type.Slug == "activities.course.completed");

    private ReceivedRequest[] Activities =>
        [.. _receiver.Received.Where(request => request.Headers.GetValueOrDefault("sineta-event", "").StartsWith("activities.", StringComparison.Ordinal))];

    /// <returns>Its id; it is active, as the receiver echoes the challenge.</returns>
    private async Task<string> EndpointAsync(string path, params string[] types)
    {
        using var client = new SinetaClient(new Uri(shared.Address), _key);
        var draft = new JsonObject
        {
            ["url"] = new Uri(_receiver.Url, path).AbsoluteUri,
            ["event_types"] = new JsonArray([.. types.Select(type => JsonValue.Create(type))]),
        };
        var made = await client.PostAsync("/v1/endpoints", draft, Stop);
        Assert.Equal("active", made.GetProperty("status").GetString());
        return made.GetProperty("id").GetString()!;
    }

    private Task<CommandLine.Result> SendAsync(params string[] arguments) =>
        CommandLine.RunAsync(["send", .. arguments, "--server", shared.Address, "--key", _key]);
}
