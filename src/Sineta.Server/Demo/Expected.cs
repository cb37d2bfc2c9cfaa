using Sineta.Learning;

namespace Sineta.Server.Demo;

/// <summary>What the demo school asks for can be done.</summary>
internal static class Expected
{
    public static T Expect<T>(this Change<T> change) => change switch
    {
        Change<T>.Made made => made.Value,
        Change<T>.Refused refused => throw new InvalidOperationException($"The demo school is refused: {string.Join(" ", refused.Faults)}"),
        _ => throw new InvalidOperationException($"The demo school cannot be made: {change}"),
    };
}
