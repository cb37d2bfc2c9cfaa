using Sineta.Events;

namespace Sineta.Learning.Classes;

/// <summary>What can be a class, and who can be invited to it at once.</summary>
public static class ClassRules
{
    internal const int MaxInvited = 1000;

    /// <summary>Every fault, by JSON pointer.</summary>
    /// <param name="course">Whether the course is published; null where the institution has no such course.</param>
    /// <param name="present">The class as it is; null where it is to be made.</param>
    public static List<Fault> Check(ClassDraft draft, bool? course, CourseClass? present, DateOnly today)
    {
        List<Fault> faults = [];
        if (FaultOfCourse(draft, course, present) is { } ofCourse)
            faults.Add(new("/course_id", ofCourse));
        if (Names.FaultOf(draft.Name) is { } ofName)
            faults.Add(new("/name", ofName));
        if (draft.StartsOn is null)
            faults.Add(new("/starts_on", "Must be given."));
        if (draft.EndsOn < draft.StartsOn)
            faults.Add(new("/ends_on", "Must not be before starts_on."));
        else if (draft.EndsOn < today && draft.EndsOn != present?.EndsOn)
            faults.Add(new("/ends_on", $"Must be {today:yyyy-MM-dd}, which is today, or later."));
        return faults;
    }

    /// <summary>What makes it impossible to invite these, without asking who they are.</summary>
    public static IReadOnlyList<Fault> FaultsOf(IReadOnlyList<long> userIds) =>
        userIds.Count is 0 or > MaxInvited
            ? [new("/user_ids", $"Must be 1 to {MaxInvited} users, each once.")] : [.. Ids.FaultsOf(userIds, "/user_ids")];

    private static string? FaultOfCourse(ClassDraft draft, bool? course, CourseClass? present) =>
        present is not null ? (draft.CourseId == present.CourseId ? null : "Cannot be changed: make another class.")
        : draft.CourseId is null ? "Must be given."
        : course is null ? "Is no course of the institution."
        : course == false ? "Is a course that is not published."
        : null;
}
