using System.Reflection;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Learning.People;

namespace Sineta.Server.Api;

/// <summary>Who calls: an institution's key, or the operator's, which is of no institution.</summary>
public sealed class Caller(ApiKey? key)
{
    public static Caller Operator { get; } = new(key: null);

    public bool IsOperator => key is null;

    public Scopes Scopes => key?.Scopes ?? Scopes.None;

    /// <summary>Whose everything is that this caller sees.</summary>
    public Institution Institution => key?.Institution ?? throw new InvalidOperationException("The operator is of no institution.");

    public long InstitutionId => Institution.Id;

    /// <summary>Whether the key still opens what it opened.</summary>
    public bool IsWelcome(Configuration configuration) => key is null || configuration.HasKey(key.Id);

    /// <summary>
    /// The highest role of the users whom this caller makes, changes and removes, and lets set a password: nobody gets into one who could do
    /// more than the key.
    /// </summary>
    public Role HighestRole => Scopes switch
    {
        Scopes.All => Role.Manager,
        _ when Scopes.HasFlag(Scopes.EventsWrite | Scopes.WebhooksManage) => Role.Integrator,
        _ => Role.Learner,
    };

    /// <summary>As the audit trail names it.</summary>
    public string Actor => key is null ? "operator" : $"api key {key.Hint} ({key.Name})";

    public bool May(Access access) => key is null ? access.Operator : (key.Scopes & access.AnyOf) != Scopes.None;

    /// <summary>Whether it sees what only those see who run the campus: CPFs, and the right answers of quizzes.</summary>
    public bool RunsCampus => Scopes.HasFlag(Scopes.LearningManage);

    /// <summary>Whether it sees the CPF in what is sent. Whoever may only read does not.</summary>
    public bool SeesSentCpfs => (Scopes & (Scopes.EventsWrite | Scopes.WebhooksManage | Scopes.LearningManage)) != Scopes.None;

    /// <summary>The caller that <see cref="KeyAuthentication"/> let through.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The route does not say who may call it.");

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) => new(Of(context));
}
