using Sineta.Events;

namespace Sineta.Learning.Catalog;

/// <summary>What a course can be, and what becomes of it.</summary>
public static class CourseRules
{
    internal const int MostHours = 99_999;
    internal const int MostDays = 36_500;

    /// <summary>Every fault, by JSON pointer, and the draft as it will be kept.</summary>
    public static (CourseDraft Canonical, IReadOnlyList<Fault> Faults) Check(CourseDraft draft)
    {
        List<Fault> faults = [];
        if (draft.SchoolId is null)
            faults.Add(new("/school_id", "Must be given."));
        if (Names.FaultOf(draft.Name) is { } name)
            faults.Add(new("/name", name));
        if (Texts.FaultOf(draft.Description) is { } description)
            faults.Add(new("/description", description));
        if (draft.WorkloadHours is < 0 or > MostHours)
            faults.Add(new("/workload_hours", $"Must be 0 to {MostHours}."));
        if (!Words.TryParse<CourseStatus>(draft.Status, out _))
            faults.Add(new("/status", Words.FaultOf<CourseStatus>()));
        if (draft.ValidityDays is < 1 or > MostDays)
            faults.Add(new("/validity_days", $"Must be 1 to {MostDays}, or null."));
        return (draft with { Name = draft.Name?.Trim(), Description = draft.Description?.Trim() ?? "" }, faults);
    }

    /// <summary>Why a course cannot go from one status to another, as a sentence; null where it can.</summary>
    /// <param name="canBeCompleted">Whether it has a published content that is required.</param>
    public static string? Obstacle(CourseStatus from, CourseStatus to, bool canBeCompleted) => (from, to) switch
    {
        _ when from == to => null,
        (_, CourseStatus.Draft) => "A course that was published is never a draft again: archive it.",
        (CourseStatus.Draft, CourseStatus.Archived) => "A draft is not archived: delete it.",
        (_, CourseStatus.Published) when !canBeCompleted => "It cannot be published before it has a published, required content.",
        _ => null,
    };
}
