namespace Sineta.Delivery.Institutions;

/// <summary>The scopes' names in the API and in the database.</summary>
public static class ScopeNames
{
    private static readonly (Scopes Scope, string Name)[] All =
    [
        (Scopes.EventsWrite, "events:write"),
        (Scopes.WebhooksManage, "webhooks:manage"),
        (Scopes.LearningManage, "learning:manage"),
        (Scopes.Read, "read"),
    ];

    public static string[] Format(Scopes scopes) => [.. All.Where(s => scopes.HasFlag(s.Scope)).Select(s => s.Name)];

    public static bool TryParse(string name, out Scopes scope)
    {
        scope = All.FirstOrDefault(s => s.Name == name).Scope;
        return scope != Scopes.None;
    }

    /// <exception cref="FormatException">A name is not a scope's.</exception>
    public static Scopes Parse(IEnumerable<string> names) => names.Aggregate(
        Scopes.None, (all, name) => TryParse(name, out var scope) ? all | scope : throw new FormatException($"No scope is called {name}."));
}
