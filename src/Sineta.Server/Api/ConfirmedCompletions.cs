namespace Sineta.Server.Api;

/// <summary>How a change that completes something for learners is confirmed: by how many they are.</summary>
internal static class ConfirmedCompletions
{
    public const string Name = "confirm_completions";

    /// <summary>The number that is confirmed; null where nothing is.</summary>
    public static int? Of(QueryReader query) => query.Integer(Name, 0, int.MaxValue, otherwise: -1) is >= 0 and var number ? number : null;
}
