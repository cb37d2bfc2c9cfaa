using System.Globalization;
using Sineta.Learning;

namespace Sineta.Server.Api;

/// <summary>How what was asked of the campus is answered where it was not done.</summary>
internal static class ChangeAnswers
{
    /// <exception cref="InvalidOperationException">It was done.</exception>
    public static ProblemResult AsProblem<T>(this Change<T> change) => change switch
    {
        Change<T>.Unknown(var sentence) => ProblemTypes.NotFound.With(sentence),
        Change<T>.Refused(var faults) => ProblemTypes.InvalidBody.With(
            faults.Count == 1 ? "The body has a fault." : $"The body has {faults.Count} faults.", faults),
        Change<T>.Impossible(var sentence) => ProblemTypes.Conflict.With(sentence),
        Change<T>.Unconfirmed(var completions) => ProblemTypes.Unconfirmed.With(
            completions, $"Asked again with ?confirm_completions={completions} it is done, with an event for each of these learners."),
        _ => throw new InvalidOperationException("What was done is no problem."),
    };

    /// <summary>The id that a path names; what is no number is the id of nothing.</summary>
    public static long IdOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
}
