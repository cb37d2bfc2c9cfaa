using Sineta.Learning;
using Sineta.Learning.People;

namespace Sineta.Server.Demo;

/// <summary>Who is at the demo school. None of them exists; their CPFs have the right check digits.</summary>
internal static class DemoPeople
{
    /// <summary>The password of all of them: the demo school is for trying things on one's own machine.</summary>
    public const string Password = "toca a sineta";

    public static readonly UserDraft Manager = Person("Helena Prado", "helena", "314.159.265-90", Role.Manager);
    public static readonly UserDraft Integrator = Person("Rui Tavares", "rui", "271.828.182-05", Role.Integrator);

    public static IReadOnlyList<UserDraft> Learners { get; } =
    [
        Person("Ana Beatriz Souza", "ana", "161.803.398-05", Role.Learner) with { Nickname = "Bia" },
        Person("Bruno Carvalho", "bruno", "141.421.356-51", Role.Learner),
        Person("Célia Nogueira", "celia", "173.205.080-52", Role.Learner),
        Person("Davi Okamoto", "davi", "223.606.797-67", Role.Learner),
        Person("Elisa Fagundes", "elisa", "264.575.131-82", Role.Learner) with { Nickname = "Lisa" },
        Person("Fábio Andrade", "fabio", "331.662.479-12", Role.Learner),
        Person("Gabriela Luz", "gabriela", "360.555.127-00", Role.Learner),
        Person("Heitor Guarani", "heitor", "412.310.562-90", Role.Learner),
    ];

    private static UserDraft Person(string name, string mailbox, string cpf, Role role) =>
        new() { Name = name, Email = $"{mailbox}@demo.example", Cpf = cpf, Role = Words.Of(role) };
}
