using System.Globalization;
using Sineta.Events;

namespace Sineta.Delivery.Endpoints;

/// <summary>Which settings an endpoint can have. Nothing is resolved and nothing is sent.</summary>
public sealed class EndpointRules(DestinationRules destinations)
{
    private const int MaxDescription = 255;

    /// <summary>Every type that an endpoint can ask for.</summary>
    public static IReadOnlyList<string> EventTypes { get; } = [.. Events.EventTypes.All.Select(t => t.Slug), EndpointDisabled.SlugText];

    /// <summary>Every fault, by JSON pointer; and the draft with its URL as it will be used.</summary>
    public (EndpointDraft Canonical, IReadOnlyList<Fault> Faults) Check(EndpointDraft draft)
    {
        List<Fault> faults = [];
        var url = CheckUrl(draft.Url, faults);
        if (draft.Description is { } description && (description.Length > MaxDescription || description.Any(char.IsControl)))
            faults.Add(new("/description", $"Must be at most {MaxDescription} characters, with no control characters."));
        CheckEventTypes(draft.EventTypes, faults);
        if (draft.Ordering is not (EndpointDraft.OrderingNone or EndpointDraft.OrderingPerLearner))
            faults.Add(new("/ordering", "Must be none or per_learner."));
        if (draft.Cpf is not (EndpointDraft.CpfFull or EndpointDraft.CpfMasked))
            faults.Add(new("/cpf", "Must be full or masked."));
        CheckRange("/max_in_flight", draft.MaxInFlight, 1, 512, faults);
        CheckRange("/rate_per_second", draft.RatePerSecond ?? 1, 1, 10_000, faults);
        CheckRange("/timeout_seconds", draft.TimeoutSeconds, 1, 30, faults);
        CheckSchedule(draft.RetrySchedule ?? [], faults);
        faults.AddRange(CustomHeaders.FaultsOf(draft.Headers).Select(f => f with { Pointer = "/headers" + f.Pointer }));
        return (draft with { Url = url }, faults);
    }

    private string? CheckUrl(string? url, List<Fault> faults)
    {
        if (url is null)
        {
            faults.Add(new("/url", "Must be given."));
            return null;
        }

        switch (destinations.Check(url))
        {
            case Destination.Accepted accepted:
                return accepted.Url.AbsoluteUri;
            case Destination.Refused refused:
                faults.AddRange(refused.Faults.Select(f => new Fault("/url", f.Sentence)));
                return null;
            default:
                return null;
        }
    }

    private static void CheckEventTypes(IReadOnlyList<string> slugs, List<Fault> faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < slugs.Count && faults.Count < 100; i++)
        {
            if (!EventTypes.Contains(slugs[i]))
                faults.Add(new($"/event_types/{i}", $"Must be one of {string.Join(", ", EventTypes)}."));
            else if (!seen.Add(slugs[i]))
                faults.Add(new($"/event_types/{i}", "Is given twice."));
        }
    }

    private static void CheckSchedule(IReadOnlyList<int> delays, List<Fault> faults)
    {
        if (RetryDelays.FaultOfCount(delays.Count) is { } tooMany)
            faults.Add(new("/retry_schedule", tooMany));
        for (var i = 0; i < Math.Min(delays.Count, RetryDelays.MaxCount); i++)
        {
            if (RetryDelays.FaultOf(delays[i]) is { } fault)
                faults.Add(new($"/retry_schedule/{i}", fault));
        }
    }

    private static void CheckRange(string pointer, int value, int least, int most, List<Fault> faults)
    {
        if (value < least || value > most)
            faults.Add(new(pointer, string.Create(CultureInfo.InvariantCulture, $"Must be between {least:N0} and {most:N0}.")));
    }
}
