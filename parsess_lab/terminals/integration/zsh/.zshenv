# Found through ZDOTDIR, which is given back before anything of the person's is read.

if [[ -n ${PARSESS_ZDOTDIR+x} ]]; then
    export ZDOTDIR=$PARSESS_ZDOTDIR
    unset PARSESS_ZDOTDIR
else
    unset ZDOTDIR
fi
typeset -g __parsess_key=$PARSESS_MARK_KEY
typeset -g __parsess_environment=${PARSESS_ENVIRONMENT-}
typeset +x __parsess_key __parsess_environment
unset PARSESS_MARK_KEY PARSESS_ENVIRONMENT

if [[ -o interactive && -n $__parsess_key ]]; then
    # Marks for the terminal where the prompt, a command and its output are.
    __parsess_escape() {
        emulate -L zsh
        REPLY=${1[1,8192]}
        REPLY=${REPLY//\%/%25}
        REPLY=${REPLY//;/%3B}
        REPLY=${REPLY//$'\n'/%0A}
        REPLY=${REPLY//$'\t'/%09}
        REPLY=${REPLY//[[:cntrl:]]/}
    }

    # The directory's Python environment comes first, whatever the person's files did to the search path.
    __parsess_activate() {
        emulate -L zsh
        local own=${__parsess_environment#*=}
        export "$__parsess_environment"
        [[ $PATH == $own/bin:* ]] || PATH=$own/bin:$PATH
        unset __parsess_environment
    }

    __parsess_preexec() {
        emulate -L zsh
        local REPLY
        __parsess_escape "$1"
        builtin print -nr -- $'\e]133;C;cmdline_url='"$REPLY;key=$__parsess_key"$'\a'
        # Each hook sees to the other, should somebody set the whole array.
        [[ ${precmd_functions[-1]-} == __parsess_precmd ]] || precmd_functions=(${precmd_functions:#__parsess_precmd} __parsess_precmd)
    }

    __parsess_precmd() {
        local __parsess_status=$?
        emulate -L zsh
        [[ -z ${__parsess_environment-} ]] || __parsess_activate
        builtin print -nr -- $'\e]133;D;'"$__parsess_status;key=$__parsess_key"$'\a'
        local REPLY
        __parsess_escape "$HOST$PWD"
        builtin print -nr -- $'\e]7;file://'"$REPLY"$'\a'
        builtin print -nr -- $'\e]133;A;key='"$__parsess_key"$'\a'
        # Prompts are often set anew before each line: look again each time.
        local end=$'%{\e]133;B;key='"$__parsess_key"$'\a%}'
        [[ ${PS1-} == *"$end" ]] || PS1=${PS1-}$end
        (( ${preexec_functions[(I)__parsess_preexec]} )) || preexec_functions+=(__parsess_preexec)
        if [[ ${precmd_functions[-1]-} != __parsess_precmd ]]; then
            # What comes after this may set the prompt anew: this time the mark follows the prompt. Next time be last.
            precmd_functions=(${precmd_functions:#__parsess_precmd} __parsess_precmd)
            autoload -Uz add-zle-hook-widget && add-zle-hook-widget line-init __parsess_line_init
        fi
        return $__parsess_status
    }

    __parsess_line_init() {
        builtin print -nr -- $'\e]133;B;key='"$__parsess_key"$'\a'
        add-zle-hook-widget -d line-init __parsess_line_init
    }

    typeset -ga precmd_functions=(__parsess_precmd) preexec_functions=(__parsess_preexec)
fi

# In no function: what the file declares must be the shell's.
[[ ! -r ${ZDOTDIR-$HOME}/.zshenv ]] || builtin source -- "${ZDOTDIR-$HOME}/.zshenv"
