using System.Globalization;

namespace Sineta.Cli.Demo;

/// <summary>A line of the sample receiver: when an event arrived verified, its id, its slug, and the body as it was signed.</summary>
internal sealed record Arrival(DateTimeOffset At, string EventId, string Slug, string Body)
{
    public static Arrival Parse(string line) => line.Split(' ', 4) is [var at, var id, var slug, var body]
        ? new Arrival(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), id, slug, body)
        : throw new FormatException($"Not a line of the sample receiver: {line}");
}
