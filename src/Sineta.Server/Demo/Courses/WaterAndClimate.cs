using static Sineta.Server.Demo.DemoContent;

namespace Sineta.Server.Demo.Courses;

internal static class WaterAndClimate
{
    public static DemoCourse Course { get; } = new(
        "Água e clima: da nascente à torneira",
        "De onde vem a água da escola, por que às vezes falta e o que uma turma pode medir e mudar em um bimestre.",
        Hours: 5, DemoTemplate.Participation,
        [
            new("O caminho da água",
            [
                Reading("Rios que voam", """
                    Uma árvore grande da Amazônia lança ao ar centenas de litros de água por dia. Somadas, formam correntes de vapor que
                    viajam milhares de quilômetros, batem nos Andes e descem como chuva no Centro-Oeste e no Sudeste. São os **rios
                    voadores**. A torneira de uma escola em São Paulo depende, também, de uma floresta que ela nunca viu.
                    """),
                Reading("Leia o hidrômetro", """
                    O relógio da água marca metros cúbicos: cada um são **mil litros**. Anote o número na sexta à tarde e na segunda cedo.
                    Se a escola esteve fechada e o número andou, há vazamento. Uma torneira que pinga perde perto de quarenta litros por
                    dia; uma válvula de descarga presa, milhares.
                    """),
                Exam("Medir para mudar", attempts: 3,
                    One("Um metro cúbico são quantos litros?", 2, ["10", "100", "1.000", "10.000"],
                        "Um cubo de um metro de lado guarda mil litros."),
                    One("A escola fechou no fim de semana e o hidrômetro andou. O que isso indica?", 1,
                        ["Chuva", "Vazamento", "Hidrômetro novo", "Nada"], "Sem ninguém usando, só um vazamento gasta.")),
            ]),
            new("O projeto do bimestre",
            [
                Reading("Quatro semanas, quatro tarefas", """
                    **Semana 1:** mapear torneiras e descargas. **Semana 2:** medir, todos os dias, na mesma hora. **Semana 3:** escolher
                    uma mudança só, e fazê-la. **Semana 4:** medir de novo e contar a todos, com um gráfico. Se nada mudou, conte também:
                    saber o que não funciona é um resultado.
                    """),
            ]),
        ]);
}
