using System.CommandLine;
using System.Text.Json;
using Sineta.Cli.Api;
using Sineta.Events;

namespace Sineta.Cli.Commands;

/// <summary><c>sineta send activities.course.completed</c>: publishes an event, the type's sample unless data is given.</summary>
internal static class SendCommand
{
    private static readonly Argument<string> Type = new("type")
    {
        Description = "The slug, or its last words: activities.course.completed, or course.completed.",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "A file with what stands under data; - reads it from the terminal.",
    };

    private static readonly Option<string?> OccurredAt = new("--occurred-at")
    {
        Description = "When it happened, RFC 3339; now unless given.",
    };

    private static readonly Option<string?> DedupeKey = new("--dedupe-key")
    {
        Description = "The fact's own key; made of the data unless given, and new for each sample.",
    };

    public static Command Describe()
    {
        var command = new Command("send", "Publish an event: the sample of its type, or data of your own.")
        {
            Type, Data, OccurredAt, DedupeKey,
        };
        ServerOptions.AddTo(command);
        command.SetAction(SendAsync);
        return command;
    }

    private static async Task<int> SendAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var type = Find(parsed.GetRequiredValue(Type));
        var data = await ReadDataAsync(parsed.GetValue(Data), type, cancellationToken);
        var submission = new Submission(type.Slug, data, parsed.GetValue(OccurredAt), KeyFor(parsed));
        using var client = ServerOptions.Connect(parsed);
        var published = await client.PublishAsync(submission, cancellationToken);
        await Console.Out.WriteLineAsync(published.Duplicate
            ? $"{published.Id} was published before; nothing is sent again."
            : $"{published.Id} is committed, for {published.Deliveries} endpoint{(published.Deliveries == 1 ? "" : "s")}.");
        return 0;
    }

    /// <summary>The sample is always the same fact; sent again, it is meant to arrive again.</summary>
    private static string? KeyFor(ParseResult parsed) =>
        parsed.GetValue(DedupeKey) ?? (parsed.GetValue(Data) is null ? $"sample/{Guid.CreateVersion7():N}" : null);

    private static EventType Find(string name) =>
        EventTypes.All.SingleOrDefault(type => type.Slug == name || type.Slug.EndsWith($".{name}", StringComparison.Ordinal))
        ?? throw new CliException($"No event is called {name}; there are: {string.Join(", ", EventTypes.All)}.");

    private static async Task<JsonElement> ReadDataAsync(string? source, EventType type, CancellationToken cancellationToken)
    {
        if (source is null)
            return Sample.DataOf(type);
        try
        {
            using var stream = source == "-" ? Console.OpenStandardInput() : File.OpenRead(source);
            using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CliException($"{source} cannot be read as JSON: {e.Message}", e);
        }
    }
}
