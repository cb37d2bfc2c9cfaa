using Sineta.Events;

namespace Sineta.Learning.Trails;

/// <summary>What can be a trail.</summary>
public static class TrailRules
{
    internal const int MaxItems = 200;

    /// <summary>Every fault that shows without asking what the institution has, by JSON pointer.</summary>
    public static IReadOnlyList<Fault> FaultsOf(TrailDraft draft) => Check(draft, catalog: null, kept: []);

    /// <summary>Every fault, by JSON pointer.</summary>
    /// <param name="catalog">What the institution has of the items; null: that is not asked.</param>
    /// <param name="kept">What the trail has already, where it is published: it may stay, open or not.</param>
    internal static List<Fault> Check(TrailDraft draft, TrailCatalog? catalog, IEnumerable<TrailItem> kept)
    {
        List<Fault> faults = [];
        if (Names.FaultOf(draft.Name) is { } fault)
            faults.Add(new("/name", fault));
        if (Texts.FaultOf(draft.Description) is { } ofDescription)
            faults.Add(new("/description", ofDescription));
        if (!Words.TryParse<TrailStatus>(draft.Status, out var status))
            faults.Add(new("/status", Words.FaultOf<TrailStatus>()));
        if (draft.Items.Count > MaxItems)
        {
            faults.Add(new("/items", $"Must be at most {MaxItems}."));
            return faults;
        }

        var seen = new HashSet<(long?, long?)>();
        var stays = kept.Select(static i => (i.CourseId, i.ContentId)).ToHashSet();
        for (var i = 0; i < draft.Items.Count; i++)
        {
            var (item, key) = (draft.Items[i], (draft.Items[i].CourseId, draft.Items[i].ContentId));
            if (FaultOf(item, catalog, mustBeOpen: status != TrailStatus.Draft && !stays.Contains(key)) is { } problem)
                faults.Add(problem with { Pointer = $"/items/{i}{problem.Pointer}" });
            else if (!seen.Add(key))
                faults.Add(new($"/items/{i}", "Is in the trail already."));
        }

        return faults;
    }

    /// <summary>Whether a trail may go from one state to the other: what was published may have been joined, and is no draft ever again.</summary>
    public static bool CanBecome(TrailStatus from, TrailStatus to) => from == to || to != TrailStatus.Draft;

    private static Fault? FaultOf(TrailItemDraft item, TrailCatalog? catalog, bool mustBeOpen) => item switch
    {
        { CourseId: { } course, ContentId: null } => FaultOf("/course_id", "course", catalog?.Courses, course, mustBeOpen),
        { CourseId: null, ContentId: { } content } => FaultOf("/content_id", "content", catalog?.Contents, content, mustBeOpen),
        _ => new Fault("", "Must have either a course_id or a content_id."),
    };

    private static Fault? FaultOf(string pointer, string what, IReadOnlyDictionary<long, bool>? known, long id, bool mustBeOpen) =>
        known is null ? null
        : !known.TryGetValue(id, out var open) ? new Fault(pointer, $"Is no {what} of the institution.")
        : mustBeOpen && !open ? new Fault(pointer, $"Is a {what} that is not published, which no published trail can ask for.")
        : null;
}

/// <summary>Courses and contents that the institution has, and whether each can be studied.</summary>
internal sealed record TrailCatalog(IReadOnlyDictionary<long, bool> Courses, IReadOnlyDictionary<long, bool> Contents);
