namespace Sineta.Learning;

/// <summary>What schools, courses, lessons and all that has a name may be called: what the events' contract can carry.</summary>
internal static class Names
{
    public const int MaxLength = 255;

    /// <summary>What makes a name unusable, as a sentence; null where it is fine.</summary>
    public static string? FaultOf(string? name) =>
        string.IsNullOrWhiteSpace(name) || name.Trim().Length > MaxLength || name.Any(char.IsControl)
            ? $"Must be 1 to {MaxLength} characters, with no control characters." : null;
}
