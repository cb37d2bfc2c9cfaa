using System.Text.Json;
using Sineta.Events;

namespace Sineta.Cli;

/// <summary>The parts of a type's sample body.</summary>
internal static class Sample
{
    public static JsonElement DataOf(EventType type) => Part(type, body => body.GetProperty("data"));

    /// <summary>When it happened, the institution's local time.</summary>
    public static string SendAtOf(EventType type) => Part(type, body => body.GetProperty("event").GetProperty("send_at")).GetString()!;

    private static JsonElement Part(EventType type, Func<JsonElement, JsonElement> choose)
    {
        using var body = JsonDocument.Parse(type.Sample);
        return choose(body.RootElement).Clone();
    }
}
