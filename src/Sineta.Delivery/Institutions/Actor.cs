namespace Sineta.Delivery.Institutions;

/// <summary>
/// Who acts, for <see cref="AuditTrail"/>. It goes with a call through all that it awaits, as its trace does: no change can forget to hand it
/// on.
/// </summary>
public static class Actor
{
    /// <summary>What the program does by itself, whoever happens to be asking it for something.</summary>
    public const string Program = "sineta";

    private static readonly AsyncLocal<string?> Acting = new();

    /// <summary>As the trail names them; the program itself where nobody asked for anything.</summary>
    public static string Current => Acting.Value ?? Program;

    /// <summary>From now on it is somebody.</summary>
    public static void Is(string who) => Acting.Value = who;
}
