namespace Sineta.Server.Pages;

/// <summary>What a person is to the pages.</summary>
[Flags]
public enum Roles
{
    None = 0,
    Learner = 1,

    /// <summary>Connects systems.</summary>
    Integrator = 2,

    /// <summary>Runs the institution; opens all that an integrator opens.</summary>
    Manager = 4,

    /// <summary>Runs the server, and is of no institution.</summary>
    Operator = 8,

    People = Learner | Integrator | Manager,
    Everybody = People | Operator,
}

/// <summary>The roles' names in sessions and in the database.</summary>
internal static class PageRoles
{
    private static readonly Roles[] All = [Roles.Learner, Roles.Integrator, Roles.Manager, Roles.Operator];

    public static string[] Format(Roles roles) => [.. All.Where(r => roles.HasFlag(r)).Select(NameOf)];

    public static string NameOf(Roles role) => role.ToString().ToLowerInvariant();

    public static Roles Parse(string? name) => All.FirstOrDefault(r => NameOf(r) == name);
}
