using System.CommandLine;
using System.Text.Json;
using Sineta.Cli.Api;
using Sineta.Events;

namespace Sineta.Cli.Commands;

/// <summary>
/// <c>sineta send activities.course.completed</c>: sends the type's sample, which never happened, as a test; with data, publishes an event.
/// </summary>
internal static class SendCommand
{
    private static readonly Argument<string> Type = new("type")
    {
        Description = "The slug, or its last words: activities.course.completed, or course.completed.",
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = "Sends the sample to this endpoint alone, ep_…; to each active one that takes the type unless given.",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "A file with what stands under data, published as an event that happened; - reads it from the terminal.",
    };

    private static readonly Option<string?> OccurredAt = new("--occurred-at")
    {
        Description = "When it happened, RFC 3339; now unless given. Goes with --data.",
    };

    private static readonly Option<string?> DedupeKey = new("--dedupe-key")
    {
        Description = "The fact's own key; made of the data unless given. Goes with --data.",
    };

    public static Command Describe()
    {
        var command = new Command("send", "Send the sample of a type, marked as a test, or publish an event with data of your own.")
        {
            Type, To, Data, OccurredAt, DedupeKey,
        };
        ServerOptions.AddTo(command);
        command.SetAction(SendAsync);
        return command;
    }

    private static async Task<int> SendAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var type = Find(parsed.GetRequiredValue(Type));
        if (parsed.GetValue(Data) is { } source)
            await PublishAsync(parsed, type, source, cancellationToken);
        else
            await TryAsync(parsed, type, cancellationToken);
        return 0;
    }

    private static async Task PublishAsync(ParseResult parsed, EventType type, string source, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(To) is not null)
            throw new CliException("--to is for samples: what is published with --data goes to every endpoint that takes it.");
        var data = await ReadDataAsync(source, cancellationToken);
        var submission = new Submission(type.Slug, data, parsed.GetValue(OccurredAt), parsed.GetValue(DedupeKey));
        using var client = ServerOptions.Connect(parsed);
        var published = await client.PublishAsync(submission, cancellationToken);
        await Console.Out.WriteLineAsync(published.Duplicate
            ? $"{published.Id} was published before{(published.Differs ? ", with other data" : null)}; nothing is sent again."
            : $"{published.Id} is committed, for {published.Deliveries} endpoint{(published.Deliveries == 1 ? "" : "s")}.");
    }

    private static async Task TryAsync(ParseResult parsed, EventType type, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(OccurredAt) is not null || parsed.GetValue(DedupeKey) is not null)
            throw new CliException("--occurred-at and --dedupe-key go with --data: without it a sample is sent, which never happened.");
        using var client = ServerOptions.Connect(parsed);
        string[] endpoints = parsed.GetValue(To) is { } one ? [one] : await TakersAsync(client, type, cancellationToken);
        foreach (var endpoint in endpoints)
        {
            var sent = await client.TestEndpointAsync(endpoint, type.Slug, cancellationToken);
            await Console.Out.WriteLineAsync($"{sent.EventId} goes to {endpoint}, marked as a test.");
        }
    }

    private static async Task<string[]> TakersAsync(SinetaClient client, EventType type, CancellationToken cancellationToken)
    {
        var takers = new List<string>();
        await foreach (var endpoint in client.EndpointsAsync(cancellationToken))
        {
            if (endpoint.Status == "active" && (endpoint.EventTypes.Count == 0 || endpoint.EventTypes.Contains(type.Slug)))
                takers.Add(endpoint.Id);
        }

        return takers.Count > 0 ? [.. takers] : throw new CliException($"No active endpoint takes {type.Slug}: make one, and verify it.");
    }

    private static EventType Find(string name)
    {
        var found = EventTypes.All.Where(t => t.Slug == name || t.Slug.EndsWith($".{name}", StringComparison.Ordinal)).ToArray();
        return found switch
        {
            [var one] => one,
            [] => throw new CliException($"No event is called {name}; there are: {string.Join(", ", EventTypes.All)}."),
            _ => throw new CliException($"{name} may be any of {string.Join<EventType>(", ", found)}: say more of it."),
        };
    }

    private static async Task<JsonElement> ReadDataAsync(string source, CancellationToken cancellationToken)
    {
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
