using static Sineta.Server.Demo.DemoContent;

namespace Sineta.Server.Demo.Courses;

internal static class DataProtection
{
    public static DemoCourse Course { get; } = new(
        "LGPD para quem ensina",
        "O que a Lei Geral de Proteção de Dados muda na sala de aula e na secretaria, em exemplos do dia a dia.",
        Hours: 4, DemoTemplate.Participation,
        [
            new("A lei em uma aula",
            [
                Reading("Dado pessoal, dado sensível", """
                    **Dado pessoal** é tudo o que leva a uma pessoa: o nome, o CPF, a matrícula, a foto, a voz em um áudio. **Dado
                    sensível** é o que pode ser usado para discriminar: saúde, religião, origem, biometria. Na escola os dois se misturam:
                    a ficha de alergias da cantina é um dado de saúde, e a digital na catraca é biometria.

                    A Lei nº 13.709, de 2018, não proíbe usar dados. Ela pede um **motivo** (a base legal), o **mínimo** necessário e o
                    **cuidado** com o que se guarda. Perguntar a religião na matrícula só porque o formulário antigo perguntava não tem
                    motivo: retire o campo.
                    """),
                Reading("Crianças e adolescentes", """
                    Para crianças, o tratamento acontece no **melhor interesse** delas, e o consentimento de um dos pais ou responsáveis
                    deve ser específico e em destaque. Uma autorização genérica na primeira página do contrato não serve para publicar
                    fotos.

                    Antes de postar a festa junina, pergunte: precisa do rosto? Precisa do nome? Precisa ser público? Muitas vezes a foto
                    do cartaz, tirada de costas, conta a mesma história.
                    """),
                Exam("O que a lei pede?", attempts: 2,
                    One("A lista de alergias da cantina é um dado…", 1, ["público", "sensível, de saúde", "anônimo", "sem proteção"],
                        "Informação de saúde é dado sensível, mesmo em um papel na parede da cozinha."),
                    One("Para publicar a foto de um aluno de oito anos é preciso…", 0,
                        ["consentimento específico de um responsável", "a autorização do próprio aluno",
                         "nada, se a rede é da escola", "apagar em um ano"],
                        "Para crianças o consentimento é do responsável, específico e em destaque.")),
            ]),
            new("Na prática",
            [
                Document("Cartaz: cinco perguntas antes de coletar", DemoMedia.Poster, """
                    Uma página para imprimir e pendurar na secretaria.
                    """),
                Meeting("Plantão de dúvidas", """
                    Uma hora para trazer casos da sua escola. Entre pelo endereço ao lado e confirme a presença no fim.
                    """),
                Reading("Quando algo vaza", """
                    Um caderno esquecido no ônibus, um e-mail enviado à lista errada, um computador furtado: todos são **incidentes**.
                    Anote o que aconteceu, quais dados e de quantas pessoas, e avise no mesmo dia quem na escola responde por isso, o
                    **encarregado**. É ele quem decide, com a direção, se a autoridade nacional (ANPD) e as famílias serão comunicadas.

                    Esconder piora: quem é avisado cedo troca a senha, bloqueia o cartão, muda o trajeto.
                    """),
            ]),
        ]);
}
