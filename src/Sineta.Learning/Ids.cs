using Sineta.Events;

namespace Sineta.Learning;

/// <summary>Lists of ids, in which each stands once.</summary>
internal static class Ids
{
    /// <summary>Every id that stands there again.</summary>
    /// <param name="at">The list's own JSON pointer.</param>
    public static IEnumerable<Fault> FaultsOf(IReadOnlyList<long> ids, string at)
    {
        var seen = new HashSet<long>();
        for (var i = 0; i < ids.Count; i++)
        {
            if (!seen.Add(ids[i]))
                yield return new($"{at}/{i}", "Is given twice.");
        }
    }
}
