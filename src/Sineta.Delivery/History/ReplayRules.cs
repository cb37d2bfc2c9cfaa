using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Delivery.History;

/// <summary>What a replay can be.</summary>
public sealed class ReplayRules(Configuration configuration)
{
    private const int MaxPace = 10_000;
    private const int MaxTypes = 100;

    /// <summary>The filter that is meant, which counts only where there are no faults, and every fault by its JSON pointer.</summary>
    public (ReplayFilter Filter, IReadOnlyList<Fault> Faults) Check(Institution institution, ReplayDraft draft)
    {
        List<Fault> faults = [];
        var endpoint = PublicId.TryParse(PublicId.Endpoint, draft.EndpointId, out var id)
            ? configuration.FindEndpoint(institution.Id, id) : null;
        if (endpoint is null)
            faults.Add(new("/endpoint_id", draft.EndpointId is null ? "Must be given." : "Is no endpoint of this institution."));
        if (draft.Types is { } types)
            CheckTypes(types, faults);
        if (draft.Status is not (null or ReplayDraft.StatusDelivered or ReplayDraft.StatusFailed))
            faults.Add(new("/status", "Must be delivered or failed."));
        var from = ReadTime("/from", draft.From, institution.Clock, faults);
        var until = ReadTime("/to", draft.To, institution.Clock, faults);
        if (from >= until)
            faults.Add(new("/to", "Must be after from."));
        if (draft.Pace is < 1 or > MaxPace)
            faults.Add(new("/pace", "Must be between 1 and 10,000."));
        return (new ReplayFilter(id, draft.Types ?? endpoint?.EventTypes ?? [], draft.Status, from, until), faults);
    }

    private static void CheckTypes(IReadOnlyList<string> types, List<Fault> faults)
    {
        if (types.Count is 0 or > MaxTypes)
            faults.Add(new("/types", $"Must be 1 to {MaxTypes} types, or left out."));
        for (var i = 0; i < Math.Min(types.Count, MaxTypes); i++)
        {
            if (!EndpointRules.EventTypes.Contains(types[i]))
                faults.Add(new($"/types/{i}", $"Must be one of {string.Join(", ", EndpointRules.EventTypes)}."));
        }
    }

    private static DateTimeOffset? ReadTime(string pointer, string? text, InstitutionClock clock, List<Fault> faults)
    {
        if (text is null)
            return null;
        if (EventTime.TryRead(text, clock, out var moment))
            return moment;
        faults.Add(new(
            pointer, "Must be a time since 1970: 2025-03-10T09:00:00-03:00, or 2025-03-10 09:00:00 in the institution's time zone."));
        return null;
    }
}
