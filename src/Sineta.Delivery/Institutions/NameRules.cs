namespace Sineta.Delivery.Institutions;

/// <summary>What a name that people give can be.</summary>
public static class NameRules
{
    public const int MaxApiKeyName = 100;

    /// <summary>What makes a name unusable; null where it is fine.</summary>
    public static string? FaultOf(string? name, int max) =>
        string.IsNullOrWhiteSpace(name) || name.Length > max || name.Any(char.IsControl)
            ? $"Must be 1 to {max} characters, with no control characters." : null;
}
