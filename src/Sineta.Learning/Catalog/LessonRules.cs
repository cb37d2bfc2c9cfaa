using Sineta.Events;

namespace Sineta.Learning.Catalog;

/// <summary>What a lesson can be.</summary>
public static class LessonRules
{
    /// <summary>Every fault, by JSON pointer.</summary>
    public static List<Fault> FaultsOf(LessonDraft draft)
    {
        List<Fault> faults = [];
        if (Names.FaultOf(draft.Title) is { } title)
            faults.Add(new("/title", title));
        if (draft.Position < 1)
            faults.Add(new("/position", "Must be 1 or more."));
        return faults;
    }
}
