# Marks for the terminal where the prompt, a command and its output are. Read in place of the person's startup
# files, which it reads first, as bash would have done. Started as `bash --posix` with ENV leading here.

set +o posix
shopt -u inherit_errexit 2>/dev/null
unset ENV
# Posix mode has its own; the person's files may choose another.
[[ ${HISTFILE-} == "$HOME/.sh_history" ]] && HISTFILE=$HOME/.bash_history

__parsess_key=$PARSESS_MARK_KEY
__parsess_startup=$PARSESS_STARTUP
__parsess_environment=${PARSESS_ENVIRONMENT-}
export -n __parsess_key __parsess_startup __parsess_environment
unset PARSESS_MARK_KEY PARSESS_STARTUP PARSESS_ENVIRONMENT

__parsess_files=()
if shopt -q login_shell; then
    if [[ $__parsess_startup != *noprofile* ]]; then
        __parsess_files=(/etc/profile)
        for __parsess_file in ~/.bash_profile ~/.bash_login ~/.profile; do
            [[ -r $__parsess_file ]] && __parsess_files+=("$__parsess_file") && break
        done
    fi
elif [[ $__parsess_startup != *norc* ]]; then
    __parsess_files=(/etc/bash.bashrc ~/.bashrc)
fi
# In no function: what the files declare must be the shell's.
for __parsess_file in "${__parsess_files[@]}"; do
    [[ -r $__parsess_file ]] && source "$__parsess_file"
done
unset __parsess_file __parsess_files __parsess_startup
# The directory's Python environment comes first, whatever the files did to the search path.
if [[ -n $__parsess_environment ]]; then
    export "$__parsess_environment"
    [[ $PATH == "${__parsess_environment#*=}/bin":* ]] || PATH=${__parsess_environment#*=}/bin:$PATH
fi
unset __parsess_environment

# Older ones can't say when a command begins; marks that stop halfway would mislead.
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
    unset __parsess_key
    return 0
fi

__parsess_escape() {
    local text=${1:0:8192}
    text=${text//%/%25}
    text=${text//;/%3B}
    text=${text//$'\n'/%0A}
    text=${text//$'\t'/%09}
    REPLY=${text//[[:cntrl:]]/}
}

# Runs in a subshell, as part of PS0. The history's number tells whether the line was kept there at all.
__parsess_begin() {
    local REPLY='' line number
    line=$(HISTTIMEFORMAT='' builtin history 1 2>/dev/null)
    line=${line#"${line%%[0-9]*}"}
    number=${line%%[^0-9]*}
    if [[ $number != "${__parsess_number-}" ]]; then
        line=${line#"$number"}
        __parsess_escape "${line:2}"
    fi
    builtin printf '\e]133;C;cmdline_url=%s;key=%s\a' "$REPLY" "$__parsess_key"
}

# What comes next must find the status; where a failure ends the shell (`set -e`), not at that price.
__parsess_save() {
    __parsess_status=$?
    [[ $- == *e* ]] || return "$__parsess_status"
}

# Bash itself gives the status back after it.
__parsess_prompt() {
    local status=${__parsess_status:-$?} REPLY='' line
    # Without it a prompt can't tell when a command begins, and half of the marks would mislead.
    shopt -q promptvars || return 0
    __parsess_escape "${HOSTNAME-}$PWD"
    builtin printf '\e]133;D;%s;key=%s\a' "$status" "$__parsess_key"
    builtin printf '\e]7;file://%s\a' "$REPLY"
    builtin printf '\e]133;A;key=%s\a' "$__parsess_key"
    line=$(HISTTIMEFORMAT='' builtin history 1 2>/dev/null)
    line=${line#"${line%%[0-9]*}"}
    __parsess_number=${line%%[^0-9]*}
    # Prompts are often set anew before each line: look again each time.
    local end="\\[\\e]133;B;key=$__parsess_key\\a\\]"
    [[ ${PS1-} == *"$end" ]] || PS1=${PS1-}$end
    [[ ${PS0-} == *__parsess_begin* ]] || PS0=${PS0-}'$(__parsess_begin)'
    __parsess_hook
}

# Last of all that runs before the prompt, so that nothing changes it afterwards. In an array a later
# `PROMPT_COMMAND=…` of the person replaces the first element only.
__parsess_hook() {
    if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
        local IFS=' '
        local -a commands=()
        local command
        for command in "${PROMPT_COMMAND[@]}"; do
            [[ $command == __parsess_prompt ]] || commands+=("$command")
        done
        ((${#commands[@]})) || commands=('')
        if [[ "${PROMPT_COMMAND[*]}" != "${commands[*]} __parsess_prompt" ]]; then
            PROMPT_COMMAND=("${commands[@]}" __parsess_prompt)
        fi
    elif [[ ${PROMPT_COMMAND-} != *__parsess_prompt ]]; then
        PROMPT_COMMAND=${PROMPT_COMMAND//__parsess_save;/}
        PROMPT_COMMAND=${PROMPT_COMMAND//__parsess_prompt/:}
        PROMPT_COMMAND="__parsess_save;${PROMPT_COMMAND:-:}"$'\n'__parsess_prompt
    fi
}

__parsess_hook
