using Sineta.Events;

namespace Sineta.Learning.People;

/// <summary>What a school can be.</summary>
public static class SchoolRules
{
    internal const int MostManagers = 100;

    /// <summary>Every fault that shows without asking who the managers are, by JSON pointer.</summary>
    public static List<Fault> FaultsOf(SchoolDraft draft)
    {
        List<Fault> faults = [];
        if (Names.FaultOf(draft.Name) is { } name)
            faults.Add(new("/name", name));
        if (draft.ManagerIds.Count > MostManagers)
            faults.Add(new("/manager_ids", $"Must be at most {MostManagers} users, each once."));
        else
            faults.AddRange(Ids.FaultsOf(draft.ManagerIds, "/manager_ids"));
        return faults;
    }
}
