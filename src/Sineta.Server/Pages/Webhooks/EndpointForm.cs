using System.Globalization;
using Microsoft.Extensions.Primitives;
using Sineta.Delivery.Endpoints;

namespace Sineta.Server.Pages.Webhooks;

/// <summary>An endpoint's settings as a form, there and back.</summary>
internal static class EndpointForm
{
    private static readonly char[] Separators = [' ', ',', ';', '\n', '\r', '\t'];

    public static Form Of(EndpointDraft draft) => Form.Of(
        ("url", draft.Url),
        ("description", draft.Description),
        ("event_types", new StringValues([.. draft.EventTypes])),
        ("ordering", draft.Ordering),
        ("cpf", draft.Cpf),
        ("max_in_flight", Text(draft.MaxInFlight)),
        ("rate_per_second", Text(draft.RatePerSecond)),
        ("timeout_seconds", Text(draft.TimeoutSeconds)),
        ("retry_schedule", draft.RetrySchedule is { } delays ? string.Join(' ', delays.Select(d => Text(d))) : ""),
        ("no_retry", draft.RetrySchedule is { Count: 0 } ? "1" : ""),
        ("headers", string.Join('\n', draft.Headers.Select(h => $"{h.Key}: {h.Value}"))));

    /// <summary>What was typed; what is no number is refused in the form.</summary>
    public static EndpointDraft Read(Form form)
    {
        var standard = new EndpointDraft();
        return new EndpointDraft
        {
            Url = form.TextOrNull("url"),
            Description = form.TextOrNull("description"),
            EventTypes = form.All("event_types"),
            Ordering = form.TextOrNull("ordering") ?? standard.Ordering,
            Cpf = form.TextOrNull("cpf") ?? standard.Cpf,
            MaxInFlight = form.Number("max_in_flight") ?? standard.MaxInFlight,
            RatePerSecond = form.Number("rate_per_second"),
            TimeoutSeconds = form.Number("timeout_seconds") ?? standard.TimeoutSeconds,
            RetrySchedule = ReadSchedule(form),
            Headers = ReadHeaders(form),
        };
    }

    private static List<int>? ReadSchedule(Form form)
    {
        if (form.Has("no_retry", "1"))
            return [];
        if (form.TextOrNull("retry_schedule") is not { } text)
            return null;
        var delays = new List<int>();
        foreach (var part in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                delays.Add(seconds);
            else
                form.Refuse("retry_schedule", Texts.MustBeNumber);
        }

        return delays;
    }

    private static Dictionary<string, string> ReadHeaders(Form form)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in form.Text("headers").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1)
                form.Refuse("headers", WebhookTexts.HeaderLineFault.With(line));
            else if (!headers.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim()))
                form.Refuse("headers", WebhookTexts.HeaderTwice.With(line[..colon].Trim()));
        }

        return headers;
    }

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
