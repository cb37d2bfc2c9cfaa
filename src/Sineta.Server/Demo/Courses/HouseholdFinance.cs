using static Sineta.Server.Demo.DemoContent;

namespace Sineta.Server.Demo.Courses;

internal static class HouseholdFinance
{
    public static DemoCourse Course { get; } = new(
        "Matemática financeira do dia a dia",
        "Juros, parcelas e descontos sem mistério: contas que cabem em um guardanapo e decisões que cabem no bolso.",
        Hours: 10, DemoTemplate.Achievement,
        [
            new("Porcentagem e juros",
            [
                Reading("Porcentagem é uma fração", """
                    *Por cento* quer dizer “de cada cem”. 15 % de R$ 80 são 80 × 15 ÷ 100 = **R$ 12**. Dois atalhos que valem a vida toda:
                    10 % é mover a vírgula uma casa; 5 % é a metade disso. Então 15 % de 80 é 8 + 4 = 12, de cabeça.

                    Cuidado com as idas e voltas: um aumento de 20 % seguido de um desconto de 20 % **não** volta ao começo. R$ 100 viram
                    120, e 20 % de 120 são 24: sobram R$ 96.
                    """),
                Reading("Juros simples e compostos", """
                    Nos juros **simples** cada mês rende sobre o valor inicial: R$ 1.000 a 2 % ao mês dão R$ 20 por mês, R$ 240 em um ano.
                    Nos **compostos** cada mês rende também sobre os juros anteriores: 1.000 × 1,02¹² ≈ **R$ 1.268**.

                    A diferença parece pequena em um ano e enorme em dez. É ela que faz a dívida do cartão crescer e a poupança de quem
                    começa cedo render. Regra prática: divida 72 pela taxa e terá o número de meses em que o valor **dobra**. A 12 % ao
                    mês, uma dívida dobra em seis meses.
                    """),
                Exam("Contas de guardanapo", attempts: 3,
                    Short("Quanto são 15 % de R$ 200, em reais?", ["30", "R$ 30", "30 reais", "30,00", "R$ 30,00"],
                        "10 % são 20 e 5 % são 10: 30."),
                    One("A 12 % ao mês, em quantos meses, mais ou menos, uma dívida dobra?", 1, ["3", "6", "12", "72"], "72 ÷ 12 = 6."),
                    One("R$ 100 sobem 20 % e depois caem 20 %. Quanto sobra?", 2, ["R$ 104", "R$ 100", "R$ 96", "R$ 80"],
                        "Os 20 % da queda incidem sobre 120: 120 − 24 = 96.")),
            ]),
            new("Comprar, parcelar, guardar",
            [
                Reading("“Sem juros” existe?", """
                    Uma geladeira custa R$ 2.400 em doze vezes “sem juros”, ou R$ 2.160 à vista. O desconto de 10 % **é** o juro, com
                    outro nome: quem parcela paga R$ 240 pelo prazo. Às vezes vale a pena; o que não vale é não saber.

                    Pergunte sempre pelo preço à vista e pelo **custo efetivo total** (CET), que por lei deve ser informado. E some as
                    parcelas que você já tem antes de assumir outra: o limite do cartão não é renda.
                    """),
                Reading("Orçamento em três linhas", """
                    Anote por um mês o que entra e o que sai. Depois separe em três linhas: **necessário** (moradia, comida, transporte),
                    **desejável** e **futuro**. Uma divisão comum é 50, 30 e 20 %, mas a sua realidade manda: o importante é que a
                    terceira linha exista, nem que comece com 2 %.

                    A reserva vem antes do investimento: de três a seis meses do necessário, em um lugar seguro e que se resgate no mesmo
                    dia.
                    """),
                Exam("Decisões", attempts: 2,
                    One("Antes de parcelar, o que perguntar?", 3,
                        ["A cor", "O limite do cartão", "O nome do gerente", "O preço à vista e o custo efetivo total"],
                        "A diferença entre os dois preços é o juro, mesmo quando dizem que ele não existe."),
                    Many("O que entra na linha do necessário?", [0, 2], ["Aluguel", "Cinema", "Ônibus para o trabalho", "Celular novo"],
                        "Moradia e transporte são necessários; os outros dois são desejáveis.")),
            ]),
        ]);
}
